/** What is known of how late the event loop is. */
export interface Lateness {
  /** Of the last sample, in milliseconds. */
  readonly lastMs: number;
  readonly isLate: boolean;
}

export const onTime: Lateness = { lastMs: 0, isLate: false };

/**
 * The loop is late when two samples in a row are: one alone may be a collection of garbage or a pause of the machine, after which
 * there is nothing to catch up with. The lesser of recent delays is what a standing queue shows in (Nichols and Jacobson, Controlling
 * Queue Delay, 2012).
 */
export function afterSample({ lastMs }: Lateness, lateMs: number, thresholdMs: number): Lateness {
  return { lastMs: lateMs, isLate: Math.min(lastMs, lateMs) > thresholdMs };
}
