/** Longest pause before the sandbox process is started again. */
const maxPauseMs = 30_000;

/** A process that lived so long has not failed at its start. */
export const stableAfterMs = 60_000;

/** Milliseconds before the next start, after so many processes in a row that did not live long. */
export function restartPauseMs(failures: number): number {
  return failures <= 1 ? 0 : Math.min(100 * 2 ** (failures - 2), maxPauseMs);
}
