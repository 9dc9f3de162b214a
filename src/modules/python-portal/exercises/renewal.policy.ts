/** A load that has failed is tried again this soon. */
const retryMs = 5_000;
/** Processes that share copies do not all find theirs too old at the same moment: the first to look renews it for the others. */
const spread = 0.1;

/**
 * Milliseconds until the catalogue is to be renewed.
 *
 * @param readAt when the catalogue was read that is shown; undefined when the last load has failed
 * @param random from 0 to 1
 */
export function renewalDelayMs(intervalMs: number, readAt: Date | undefined, now: Date, random: number): number {
  if (readAt === undefined) return Math.min(retryMs, intervalMs);
  const dueAtMs = readAt.getTime() + intervalMs * (1 + spread * random);
  return Math.min(Math.max(dueAtMs - now.getTime(), 0), intervalMs * (1 + spread));
}
