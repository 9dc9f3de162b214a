import type { Exercise } from '../exercises/exercise.model.js';
import type { ProgressSummary } from '../progress/progress-stats.policy.js';
import type { StandingResponse } from './standing.response.js';

/** Progress by the ids of exercises. */
export type ProgressByExercise = ReadonlyMap<string, ProgressSummary>;

type Task = Pick<Exercise, 'id' | 'prerequisites'>;

export function standingOf({ id, prerequisites }: Task, progress: ProgressByExercise): StandingResponse {
  const mine = progress.get(id);
  const completed = isCompleted(id, progress);
  const missingPrerequisites = prerequisites.filter((other) => !isCompleted(other, progress));
  return {
    completed,
    started: mine !== undefined,
    gaveUp: mine !== undefined && mine.gaveUpAt !== null,
    attempts: mine?.attempts ?? 0,
    progressPercent: completed ? 100 : (mine?.bestScore ?? 0),
    hintsUsed: Math.max(mine?.hintsRevealed ?? 0, mine?.hintsClaimed ?? 0),
    prerequisitesMet: missingPrerequisites.length === 0,
    missingPrerequisites,
  };
}

/**
 * What to do next: what was begun before what was not, each in teaching order, and only what has its prerequisites. What was given
 * up comes last, so that it is not forgotten.
 */
export function nextExercises<Some extends Task>(exercises: readonly Some[], progress: ProgressByExercise): Some[] {
  const open = exercises.filter((exercise) => {
    const { completed, prerequisitesMet } = standingOf(exercise, progress);
    return !completed && prerequisitesMet;
  });
  const rank = ({ id }: Some) => {
    const mine = progress.get(id);
    if (mine === undefined) return 1;
    return mine.gaveUpAt === null ? 0 : 2;
  };
  return open.toSorted((a, b) => rank(a) - rank(b));
}

function isCompleted(id: string, progress: ProgressByExercise): boolean {
  const mine = progress.get(id);
  return mine !== undefined && mine.completedAt !== null;
}
