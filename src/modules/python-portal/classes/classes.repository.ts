import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import type { ExerciseTotals, TestTotals } from './class-statistics.policy.js';

export interface StudentTotals {
  userId: string;
  started: number;
  completed: number;
  gaveUp: number;
  attempts: number;
  timeSpentSeconds: number;
  lastActivityAt: Date | null;
}

export interface ExportedProgress {
  userId: string;
  exerciseId: string;
  attempts: number;
  completedAt: Date | null;
  gaveUpAt: Date | null;
  bestScore: number | null;
  timeSpentSeconds: number;
  hintsUsed: number;
  lastActivityAt: Date | null;
}

/** Progress summed over students. */
@Injectable()
export class ClassesRepository {
  constructor(private readonly database: Database) {}

  totalsByStudent(userIds: string[]): Promise<StudentTotals[]> {
    return this.database.manager().query(
      `SELECT user_id AS "userId", count(*)::int AS started, count(completed_at)::int AS completed,
          (count(*) FILTER (WHERE gave_up_at IS NOT NULL AND completed_at IS NULL))::int AS "gaveUp",
          sum(attempts)::int AS attempts, sum(time_spent_seconds)::float8 AS "timeSpentSeconds",
          max(last_activity_at) AS "lastActivityAt"
         FROM exercise_progress WHERE user_id = ANY ($1::uuid[]) GROUP BY user_id`,
      [userIds],
    );
  }

  totalsByExercise(userIds: string[]): Promise<ExerciseTotals[]> {
    return this.database.manager().query(
      `SELECT exercise_id AS "exerciseId", count(*)::int AS started, count(completed_at)::int AS completed,
          (count(*) FILTER (WHERE gave_up_at IS NOT NULL AND completed_at IS NULL))::int AS "gaveUp",
          sum(attempts)::int AS attempts
         FROM exercise_progress WHERE user_id = ANY ($1::uuid[]) GROUP BY exercise_id`,
      [userIds],
    );
  }

  /** The hardest first. */
  totalsByTest(userIds: string[]): Promise<TestTotals[]> {
    return this.database.manager().query(
      `SELECT exercise_id AS "exerciseId", exercise_version AS "exerciseVersion", test_name AS "testName",
          sum(passed + failed)::int AS runs, sum(passed)::int AS passed
         FROM exercise_test_results WHERE user_id = ANY ($1::uuid[])
        GROUP BY exercise_id, exercise_version, test_name
        ORDER BY sum(passed)::float8 / sum(passed + failed), sum(passed + failed) DESC, test_name`,
      [userIds],
    );
  }

  progressOf(userIds: string[]): Promise<ExportedProgress[]> {
    return this.database.manager().query(
      `SELECT user_id AS "userId", exercise_id AS "exerciseId", attempts, completed_at AS "completedAt",
          gave_up_at AS "gaveUpAt", best_score AS "bestScore", time_spent_seconds AS "timeSpentSeconds",
          greatest(hints_revealed, hints_claimed) AS "hintsUsed", last_activity_at AS "lastActivityAt"
         FROM exercise_progress WHERE user_id = ANY ($1::uuid[]) ORDER BY user_id, exercise_id`,
      [userIds],
    );
  }
}
