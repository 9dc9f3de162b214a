/** How much an endpoint is slowed down. */
export interface Pace {
  /** How often in a row it could not keep up. */
  slowSteps: number;
  slowedAt: Date | null;
  blockedUntil: Date | null;
}

/** At full speed. */
export const cleared: Pace = { slowSteps: 0, slowedAt: null, blockedUntil: null };

/** The first pause of an endpoint that cannot keep up and does not say for how long; each further one is twice as long. */
const firstPauseMs = 5000;
const longestPauseMs = 900_000;
const mostSteps = 30;
const jitter = 0.2;

/**
 * Slows an endpoint that answered 429, 502, 503 or 504. Attempts that were under way together count once.
 *
 * @param startedAt when the attempt began
 * @param askedUntil what its `Retry-After` asked for
 * @param random from 0 (inclusive) to 1 (exclusive)
 */
export function slowDown(
  { slowSteps, slowedAt, blockedUntil }: Pace,
  { startedAt, askedUntil, now, random }: { startedAt: Date; askedUntil: Date | null; now: Date; random: number },
): Pace {
  if (slowedAt !== null && startedAt < slowedAt) {
    return { slowSteps, slowedAt, blockedUntil: latest([blockedUntil, askedUntil]) };
  }
  const pauseMs = Math.min(firstPauseMs * 2 ** slowSteps, longestPauseMs) * (1 + jitter * (2 * random - 1));
  return {
    slowSteps: Math.min(slowSteps + 1, mostSteps),
    slowedAt: now,
    blockedUntil: latest([blockedUntil, askedUntil, new Date(now.getTime() + pauseMs)]),
  };
}

/** Forgets the slowness after a success, unless that began before the endpoint was slowed down. */
export function speedUp(pace: Pace, startedAt: Date): Pace {
  return pace.slowedAt !== null && startedAt < pace.slowedAt ? pace : cleared;
}

/** The latest of some times; null when there is none. */
export function latest(dates: (Date | null)[]): Date | null {
  const times = dates.flatMap((date) => date?.getTime() ?? []);
  return times.length === 0 ? null : new Date(Math.max(...times));
}
