import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { ExerciseProgressEntity } from './exercise-progress.entity.js';

@Injectable()
export class ProgressRepository {
  constructor(private readonly database: Database) {}

  /** Locks one person's progress with one exercise until the transaction ends, also when there is no row yet. */
  async lock(tx: Transaction, userId: string, exerciseId: string): Promise<ExerciseProgressEntity | null> {
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`progress:${userId}:${exerciseId}`]);
    return tx.findOneBy(ExerciseProgressEntity, { userId, exerciseId });
  }

  async save(tx: Transaction, progress: ExerciseProgressEntity): Promise<void> {
    await tx.upsert(ExerciseProgressEntity, progress, ['userId', 'exerciseId']);
  }

  find(userId: string, exerciseId: string): Promise<ExerciseProgressEntity | null> {
    return this.database.manager().findOneBy(ExerciseProgressEntity, { userId, exerciseId });
  }

  list(userId: string): Promise<ExerciseProgressEntity[]> {
    return this.database
      .manager()
      .find(ExerciseProgressEntity, { where: { userId }, order: { lastAttemptAt: 'DESC' } });
  }
}
