/**
 * Seconds to wait before each attempt: ten attempts over three days.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md (deliverability and reliability)
 */
export const defaultScheduleSeconds: readonly number[] = [
  0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400,
];

/** A pause is up to this share longer or shorter, so that what failed together does not come back together. */
const jitter = 0.2;

/**
 * When the next attempt is due; null when the schedule is used up.
 *
 * @param step attempts of this schedule that were made
 * @param random a number from 0 (inclusive) to 1 (exclusive)
 */
export function nextAttemptAt(schedule: readonly number[], step: number, now: Date, random: number): Date | null {
  const pauseSeconds = schedule[step];
  if (pauseSeconds === undefined) return null;
  return new Date(now.getTime() + pauseSeconds * 1000 * (1 + jitter * (2 * random - 1)));
}
