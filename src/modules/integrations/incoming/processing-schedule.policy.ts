/** Seconds to wait before each attempt to process a request; after the last it has failed and waits for an admin. */
export const processingScheduleSeconds: readonly number[] = [0, 10, 60, 600, 3600];

/**
 * When the next attempt is due; null when there is to be none.
 *
 * @param attempts that were made
 */
export function nextProcessingAt(attempts: number, now: Date): Date | null {
  const pauseSeconds = processingScheduleSeconds[attempts];
  return pauseSeconds === undefined ? null : new Date(now.getTime() + pauseSeconds * 1000);
}
