import type { ExerciseProgressEntity } from './exercise-progress.entity.js';
import type { ProgressDetailResponse, ProgressResponse } from './progress.dto.js';

/** The original's `UserProgress`, and what it lacked. Source: reference, python-portal.md section 1.5. */
export function toProgress(progress: ExerciseProgressEntity): ProgressResponse {
  const { userId, exerciseId, attempts, timeSpentSeconds, hintsRevealed, hintsClaimed, bestScore } = progress;
  const { completedAt, completionClaimedAt, gaveUpAt, bestSolution, lastAttemptAt, lastActivityAt } = progress;
  const completed = completedAt !== null;
  return {
    userId,
    exerciseId,
    completed,
    attempts,
    timeSpent: timeSpentSeconds,
    progressPercent: completed ? 100 : (bestScore ?? 0),
    hintsUsed: Math.max(hintsRevealed, hintsClaimed),
    ...(bestSolution !== null && { bestSolution }),
    ...(bestScore !== null && { bestScore }),
    ...(completedAt !== null && { completedAt: completedAt.toISOString() }),
    ...(completionClaimedAt !== null && { completionClaimedAt: completionClaimedAt.toISOString() }),
    ...(gaveUpAt !== null && { gaveUpAt: gaveUpAt.toISOString() }),
    ...(lastAttemptAt !== null && { lastAttemptAt: lastAttemptAt.toISOString() }),
    ...(lastActivityAt !== null && { lastActivityAt: lastActivityAt.toISOString() }),
  };
}

export function toProgressDetail(progress: ExerciseProgressEntity): ProgressDetailResponse {
  const { lastCode, lastCodeAt } = progress;
  return {
    ...toProgress(progress),
    ...(lastCode !== null && { lastCode }),
    ...(lastCodeAt !== null && { lastCodeAt: lastCodeAt.toISOString() }),
  };
}
