import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../../platform/database/database.js';
import { ExerciseProgressEntity } from './exercise-progress.entity.js';
import type { ProgressState } from './progress.policy.js';

type Counts = Pick<ProgressState, 'attempts' | 'timeSpentSeconds' | 'clientEvents'>;

/** Moves one person's progress to another. */
@Injectable()
export class ProgressMergeRepository {
  all(tx: Transaction, userId: string): Promise<ExerciseProgressEntity[]> {
    return tx.findBy(ExerciseProgressEntity, { userId });
  }

  /** Events that the other one has too stay where they are. */
  async moveEvents(tx: Transaction, fromUserId: string, toUserId: string): Promise<void> {
    await tx.query(
      `UPDATE progress_events moving SET user_id = $2 WHERE user_id = $1 AND NOT EXISTS (
         SELECT FROM progress_events known
          WHERE known.user_id = $2 AND known.source = moving.source AND known.event_id = moving.event_id)`,
      [fromUserId, toUserId],
    );
  }

  async moveTestResults(tx: Transaction, fromUserId: string, toUserId: string): Promise<void> {
    await tx.query(
      `WITH moved AS (DELETE FROM exercise_test_results WHERE user_id = $1 RETURNING *)
       INSERT INTO exercise_test_results AS known (user_id, exercise_id, exercise_version, test_name, passed, failed)
       SELECT $2, exercise_id, exercise_version, test_name, passed, failed FROM moved
       ON CONFLICT (user_id, exercise_id, exercise_version, test_name)
       DO UPDATE SET passed = known.passed + excluded.passed, failed = known.failed + excluded.failed`,
      [fromUserId, toUserId],
    );
  }

  /** What adds up, from the events themselves. */
  async counts(tx: Transaction, userId: string, exerciseIds: string[]): Promise<Map<string, Counts>> {
    const rows = await tx.query<(Counts & { exerciseId: string })[]>(
      `SELECT exercise_id AS "exerciseId", (count(*) FILTER (WHERE is_attempt))::int AS attempts,
          least(sum(time_spent_seconds), 2147483647)::int AS "timeSpentSeconds", (count(*) FILTER (WHERE source = 'client'))::int AS "clientEvents"
         FROM progress_events WHERE user_id = $1 AND exercise_id = ANY ($2) GROUP BY exercise_id`,
      [userId, exerciseIds],
    );
    return new Map(rows.map(({ exerciseId, ...counts }) => [exerciseId, counts]));
  }
}
