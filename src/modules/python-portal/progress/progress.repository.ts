import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { ExerciseProgressEntity } from './exercise-progress.entity.js';
import { ProgressEventEntity } from './progress-event.entity.js';
import type { EventSource } from './progress.policy.js';

/** Rows in one statement; each has a dozen parameters, of which Postgres takes 65 535. */
const maxRowsPerInsert = 1000;

@Injectable()
export class ProgressRepository {
  constructor(private readonly database: Database) {}

  /** Nobody else changes this person's progress until the transaction ends, also where there is no row yet. */
  async lock(tx: Transaction, userId: string): Promise<void> {
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`progress:${userId}`]);
  }

  /** Those of the events that were counted before: their ids, and what they contained. */
  async findCounted(
    tx: Transaction,
    userId: string,
    source: EventSource,
    eventIds: string[],
  ): Promise<Map<string, string | null>> {
    const rows = await tx.find(ProgressEventEntity, {
      select: { eventId: true, contentHash: true },
      where: { userId, source, eventId: In(eventIds) },
    });
    return new Map(rows.map(({ eventId, contentHash }) => [eventId, contentHash]));
  }

  async insertEvents(tx: Transaction, events: Omit<ProgressEventEntity, 'receivedAt'>[]): Promise<void> {
    for (let start = 0; start < events.length; start += maxRowsPerInsert) {
      await tx.insert(ProgressEventEntity, events.slice(start, start + maxRowsPerInsert));
    }
  }

  findMany(tx: Transaction, userId: string, exerciseIds: string[]): Promise<ExerciseProgressEntity[]> {
    return tx.findBy(ExerciseProgressEntity, { userId, exerciseId: In(exerciseIds) });
  }

  async save(tx: Transaction, progress: ExerciseProgressEntity[]): Promise<void> {
    await tx.upsert(ExerciseProgressEntity, progress, ['userId', 'exerciseId']);
  }

  find(userId: string, exerciseId: string): Promise<ExerciseProgressEntity | null> {
    return this.database.manager().findOneBy(ExerciseProgressEntity, { userId, exerciseId });
  }

  /** The latest first. */
  list(userId: string, limit: number, offset: number): Promise<[ExerciseProgressEntity[], number]> {
    return this.database.manager().findAndCount(ExerciseProgressEntity, {
      where: { userId },
      order: { lastActivityAt: { direction: 'DESC', nulls: 'LAST' }, exerciseId: 'ASC' },
      take: limit,
      skip: offset,
    });
  }

  async deleteOf(tx: Transaction, userIds: string[]): Promise<void> {
    await tx.delete(ProgressEventEntity, { userId: In(userIds) });
    await tx.delete(ExerciseProgressEntity, { userId: In(userIds) });
  }
}
