/** A graded run of an exercise, made by this server. */
export interface GradedRun {
  hasPassed: boolean;
  code: string;
  executionTimeMs: number;
  ranAt: Date;
}

export interface ProgressState {
  attempts: number;
  completedAt: Date | null;
  bestSolution: string | null;
  bestTimeMs: number | null;
  lastAttemptAt: Date;
}

/**
 * Adds a run. The result does not depend on the order in which runs arrive: attempts are counted, completion sticks at its
 * earliest time, the quickest passing solution is kept (the earlier in code order on a tie).
 */
export function addRun(state: ProgressState | null, run: GradedRun): ProgressState {
  const before: ProgressState = state ?? {
    attempts: 0,
    completedAt: null,
    bestSolution: null,
    bestTimeMs: null,
    lastAttemptAt: run.ranAt,
  };
  const isBetter = run.hasPassed && isBetterSolution(run, before);
  return {
    attempts: before.attempts + 1,
    completedAt: run.hasPassed ? earlier(before.completedAt, run.ranAt) : before.completedAt,
    bestSolution: isBetter ? run.code : before.bestSolution,
    bestTimeMs: isBetter ? run.executionTimeMs : before.bestTimeMs,
    lastAttemptAt: before.lastAttemptAt > run.ranAt ? before.lastAttemptAt : run.ranAt,
  };
}

function isBetterSolution(run: GradedRun, { bestTimeMs, bestSolution }: ProgressState): boolean {
  if (bestTimeMs === null || bestSolution === null) return true;
  if (run.executionTimeMs !== bestTimeMs) return run.executionTimeMs < bestTimeMs;
  return run.code < bestSolution;
}

function earlier(left: Date | null, right: Date): Date {
  return left !== null && left <= right ? left : right;
}
