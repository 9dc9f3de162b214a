import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import type { RegradeItemState } from './regrade-item.entity.js';

export interface ClaimedItem {
  regradeId: string;
  userId: string;
  exerciseId: string;
  /** The best solution, else what was written last. */
  code: string | null;
  attempts: number;
}

export interface ItemOutcome {
  state: RegradeItemState;
  hasPassed: boolean | null;
  score: number | null;
  error: string | null;
  /** For what stays pending. */
  retryInMs: number;
}

/** SQL: nobody is running this item, and it is its turn. */
const isDue = `item.state = 'pending' AND item.due_at <= now() AND (item.lease_until IS NULL OR item.lease_until <= now())`;

/** Regrades as work: claimed under a lease, released by outcomes. */
@Injectable()
export class RegradeQueueRepository {
  constructor(private readonly database: Database) {}

  /** One item that is due, of any regrade, which nobody else gets before the lease runs out. */
  async claim(leaseId: string, leaseMs: number): Promise<ClaimedItem | undefined> {
    const rows = await this.database.manager().query<ClaimedItem[]>(
      `WITH due AS MATERIALIZED (
         SELECT item.regrade_id, item.user_id FROM regrade_items item
          WHERE ${isDue} ORDER BY item.due_at, item.regrade_id LIMIT 1 FOR UPDATE SKIP LOCKED
       ), claimed AS (
         UPDATE regrade_items item
            SET lease_id = $1, lease_until = now() + make_interval(secs => $2 / 1000.0), attempts = item.attempts + 1
           FROM due WHERE item.regrade_id = due.regrade_id AND item.user_id = due.user_id
         RETURNING item.regrade_id, item.user_id, item.attempts
       )
       SELECT claimed.regrade_id AS "regradeId", claimed.user_id AS "userId", regrade.exercise_id AS "exerciseId",
           coalesce(progress.best_solution, progress.last_code) AS code, claimed.attempts
         FROM claimed JOIN regrades regrade ON regrade.id = claimed.regrade_id
         LEFT JOIN exercise_progress progress
           ON progress.user_id = claimed.user_id AND progress.exercise_id = regrade.exercise_id`,
      [leaseId, leaseMs],
    );
    return rows[0];
  }

  /** For a run that waits long for its turn. */
  async extend(leaseId: string, leaseMs: number): Promise<void> {
    await this.database
      .manager()
      .query(`UPDATE regrade_items SET lease_until = now() + make_interval(secs => $2 / 1000.0) WHERE lease_id = $1`, [
        leaseId,
        leaseMs,
      ]);
  }

  /** @returns false when the lease is somebody else's by now, who will write an outcome too */
  async record(
    tx: Transaction,
    { regradeId, userId }: ClaimedItem,
    leaseId: string,
    { state, hasPassed, score, error, retryInMs }: ItemOutcome,
  ): Promise<boolean> {
    const [, count] = await tx.query<[unknown, number]>(
      `UPDATE regrade_items SET state = $4, has_passed = $5, score = $6, error = $7, lease_id = NULL, lease_until = NULL,
           due_at = now() + make_interval(secs => $8 / 1000.0)
        WHERE regrade_id = $1 AND user_id = $2 AND lease_id = $3`,
      [regradeId, userId, leaseId, state, hasPassed, score, error, retryInMs],
    );
    return count === 1;
  }

  async hasDue(): Promise<boolean> {
    const rows = await this.database
      .manager()
      .query<unknown[]>(`SELECT FROM regrade_items item WHERE ${isDue} LIMIT 1`);
    return rows.length > 0;
  }
}
