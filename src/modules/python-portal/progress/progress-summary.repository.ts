import { Injectable } from '@nestjs/common';
import { IsNull, Not } from 'typeorm';
import { Database } from '../../../platform/database/database.js';
import { ExerciseProgressEntity } from './exercise-progress.entity.js';
import { ProgressEventEntity } from './progress-event.entity.js';
import type { ProgressSummary } from './progress-stats.policy.js';

/** Progress read for sums and lists, without the code. */
@Injectable()
export class ProgressSummaryRepository {
  constructor(private readonly database: Database) {}

  /** One for each exercise that was begun. */
  summaries(userId: string): Promise<ProgressSummary[]> {
    return this.database.manager().find(ExerciseProgressEntity, {
      select: {
        exerciseId: true,
        attempts: true,
        timeSpentSeconds: true,
        hintsRevealed: true,
        hintsClaimed: true,
        completedAt: true,
        gaveUpAt: true,
        bestScore: true,
      },
      where: { userId },
    });
  }

  /** The quarters of an hour in which the person did something: every time zone's days begin with one. */
  async activeTimes(userId: string): Promise<Date[]> {
    const rows = await this.database.manager().query<{ at: Date }[]>(
      `SELECT DISTINCT date_bin('15 minutes', occurred_at, 'epoch'::timestamptz) AS at
         FROM progress_events WHERE user_id = $1 AND is_activity`,
      [userId],
    );
    return rows.map(({ at }) => at);
  }

  /** Graded runs of this server, the latest first; not those from before single runs were kept. */
  recentRuns(userId: string, limit: number): Promise<ProgressEventEntity[]> {
    return this.database.manager().find(ProgressEventEntity, {
      where: { userId, source: 'server', isAttempt: true, score: Not(IsNull()) },
      order: { occurredAt: 'DESC', eventId: 'ASC' },
      take: limit,
    });
  }
}
