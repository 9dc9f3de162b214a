import { Injectable } from '@nestjs/common';
import { IsNull, Not } from 'typeorm';
import { Database } from '../../../platform/database/database.js';
import { ProgressEventEntity } from './progress-event.entity.js';
import type { ProgressSummary } from './progress-stats.policy.js';

/** Progress read for sums and lists, without the code. */
@Injectable()
export class ProgressSummaryRepository {
  constructor(private readonly database: Database) {}

  /** One for each exercise that was begun; read with every list of exercises, so in plain SQL, which costs a third. */
  summaries(userId: string): Promise<ProgressSummary[]> {
    return this.database.manager().query<ProgressSummary[]>(
      `SELECT exercise_id AS "exerciseId", attempts, time_spent_seconds AS "timeSpentSeconds",
              hints_revealed AS "hintsRevealed", hints_claimed AS "hintsClaimed",
              completed_at AS "completedAt", gave_up_at AS "gaveUpAt", best_score AS "bestScore"
         FROM exercise_progress WHERE user_id = $1`,
      [userId],
    );
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
