import type { Difficulty, Exercise } from '../exercises/exercise.model.js';
import { difficulties } from '../exercises/exercise.model.js';
import type { ProgressStatsResponse } from './progress-stats.dto.js';
import type { ProgressState } from './progress.policy.js';

/** Progress with one exercise without any code. */
export type ProgressSummary = Pick<
  ProgressState,
  'attempts' | 'timeSpentSeconds' | 'hintsRevealed' | 'hintsClaimed' | 'completedAt' | 'gaveUpAt' | 'bestScore'
> & { exerciseId: string };

type Totals = Omit<
  ProgressStatsResponse,
  'currentStreak' | 'longestStreak' | 'activeDays' | 'lastActiveDay' | 'timeZone'
>;

/** Sums over the exercises that there are; attempts and time also of those that there were. */
export function totalsOf(
  exercises: readonly Pick<Exercise, 'id' | 'difficulty' | 'category'>[],
  progress: ProgressSummary[],
): Totals {
  const completedIds = new Set(progress.filter(({ completedAt }) => completedAt !== null).map((row) => row.exerciseId));
  const begun = new Map(progress.map((row) => [row.exerciseId, row]));
  const shareOf = (some: readonly Pick<Exercise, 'id'>[]) => ({
    total: some.length,
    completed: some.filter(({ id }) => completedIds.has(id)).length,
  });
  const open = exercises.flatMap(({ id }) => (completedIds.has(id) ? [] : (begun.get(id) ?? [])));
  const sum = (count: (row: ProgressSummary) => number) => progress.reduce((total, row) => total + count(row), 0);
  const categories = [...new Set(exercises.map(({ category }) => category))];
  return {
    ...shareOf(exercises),
    inProgress: open.length,
    gaveUp: open.filter(({ gaveUpAt }) => gaveUpAt !== null).length,
    attempts: sum(({ attempts }) => attempts),
    timeSpent: sum(({ timeSpentSeconds }) => timeSpentSeconds),
    hintsUsed: sum(({ hintsRevealed, hintsClaimed }) => Math.max(hintsRevealed, hintsClaimed)),
    byDifficulty: Object.fromEntries(
      difficulties.map((difficulty) => [difficulty, shareOf(exercises.filter((one) => one.difficulty === difficulty))]),
    ) as Record<Difficulty, { total: number; completed: number }>,
    byCategory: categories.map((category) => ({
      category,
      ...shareOf(exercises.filter((one) => one.category === category)),
    })),
  };
}
