/** Recent latency: an average that newer samples outweigh and that fades while there are none. Times are monotonic milliseconds. */
export interface Latency {
  readonly averageMs: number;
  readonly atMs: number;
}

/** After this long an old sample weighs 1/e; also how fast a bad memory fades, so that a slow instance is tried again. */
const decayMs = 10_000;

/** The latency after one more call. Each sample weighs at least this much, however quickly they follow each other. */
const minimumWeight = 0.1;

export function afterSample(latency: Latency | undefined, sampleMs: number, nowMs: number): Latency {
  if (latency === undefined) return { averageMs: sampleMs, atMs: nowMs };
  const weight = Math.max(minimumWeight, 1 - Math.exp(-Math.max(0, nowMs - latency.atMs) / decayMs));
  return { averageMs: latency.averageMs + weight * (sampleMs - latency.averageMs), atMs: nowMs };
}

/** What to expect of the next call. An instance that nobody calls is expected to become quick again. */
export function expectedLatencyMs({ averageMs, atMs }: Latency, nowMs: number): number {
  return averageMs * Math.exp(-Math.max(0, nowMs - atMs) / decayMs);
}
