import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import type { Transaction } from '../../../platform/database/database.js';
import { ExerciseTestResultEntity } from './exercise-test-result.entity.js';
import type { TestVerdict } from './progress.policy.js';

/** Bounds of what one run can leave behind, however its tests are made. */
const maxTests = 500;
const maxNameChars = 200;

@Injectable()
export class TestResultsRepository {
  /** Counts the verdicts of one run; of two tests with one name the first counts. */
  async add(
    tx: Transaction,
    { userId, exerciseId, version }: { userId: string; exerciseId: string; version: number },
    verdicts: TestVerdict[],
  ): Promise<void> {
    const byName = new Map<string, boolean>();
    for (const { name, hasPassed } of verdicts.slice(0, maxTests)) {
      const key = name.replaceAll('\0', '').slice(0, maxNameChars);
      if (!byName.has(key)) byName.set(key, hasPassed);
    }
    await tx.query(
      `INSERT INTO exercise_test_results AS known (user_id, exercise_id, exercise_version, test_name, passed, failed)
       SELECT $1, $2, $3, name, has_passed::int, (NOT has_passed)::int
         FROM unnest($4::text[], $5::boolean[]) AS verdict (name, has_passed)
       ON CONFLICT (user_id, exercise_id, exercise_version, test_name)
       DO UPDATE SET passed = known.passed + excluded.passed, failed = known.failed + excluded.failed`,
      [userId, exerciseId, version, [...byName.keys()], [...byName.values()]],
    );
  }

  async deleteOf(tx: Transaction, userIds: string[]): Promise<void> {
    await tx.delete(ExerciseTestResultEntity, { userId: In(userIds) });
  }
}
