/**
 * How many things happened within the last `windowMs`, from two counters: the current window, and as much of the one before as
 * still overlaps. Constant in size and cost; exact when events come evenly, and never more than the two windows hold.
 */
export interface SlidingCount {
  readonly windowStartMs: number;
  readonly current: number;
  readonly previous: number;
}

export const emptyCount: SlidingCount = { windowStartMs: 0, current: 0, previous: 0 };

/** The count after one more event. Times are monotonic milliseconds. */
export function countOne(count: SlidingCount, nowMs: number, windowMs: number): SlidingCount {
  const { windowStartMs, current, previous } = advanced(count, nowMs, windowMs);
  return { windowStartMs, current: current + 1, previous };
}

export function countWithin(count: SlidingCount, nowMs: number, windowMs: number): number {
  const { windowStartMs, current, previous } = advanced(count, nowMs, windowMs);
  return current + previous * (1 - (nowMs - windowStartMs) / windowMs);
}

function advanced(count: SlidingCount, nowMs: number, windowMs: number): SlidingCount {
  const windowStartMs = Math.floor(nowMs / windowMs) * windowMs;
  if (windowStartMs === count.windowStartMs) return count;
  const isNext = windowStartMs === count.windowStartMs + windowMs;
  return { windowStartMs, current: 0, previous: isNext ? count.current : 0 };
}
