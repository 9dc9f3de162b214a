import { expectedLatencyMs, type Latency } from './latency.policy.js';

/** What balancing knows of an instance. Times are monotonic milliseconds. */
export interface Candidate {
  readonly latency: Latency | undefined;
  readonly inFlight: number;
  /** When it came, or came back; undefined when it was there from the start. */
  readonly warmingSinceMs: number | undefined;
}

export interface BalancingSettings {
  /** How long an instance that came (back) gets less than its share. */
  slowStartMs: number;
}

/** The share that an instance begins with. */
const firstShare = 0.1;

/** Keeps the number of calls in flight decisive where latencies are tiny or not known. */
const minimumLatencyMs = 1;

/** How much of its share an instance gets: rises from a tenth to all of it. */
export function shareOf({ warmingSinceMs }: Candidate, nowMs: number, { slowStartMs }: BalancingSettings): number {
  if (warmingSinceMs === undefined || slowStartMs <= 0) return 1;
  return Math.min(1, Math.max(firstShare, (nowMs - warmingSinceMs) / slowStartMs));
}

/** Expected latency times (1 + calls in flight), higher while the instance is warming up. */
export function costOf(candidate: Candidate, nowMs: number, settings: BalancingSettings): number {
  const { latency, inFlight } = candidate;
  const latencyMs = latency === undefined ? minimumLatencyMs : expectedLatencyMs(latency, nowMs);
  return (Math.max(minimumLatencyMs, latencyMs) * (1 + inFlight)) / shareOf(candidate, nowMs, settings);
}

/**
 * Picks one of several by the power of two choices: of two at random the cheaper one, so that a crowd of callers with the same
 * knowledge does not run to the same instance.
 *
 * @param random a number from 0 (inclusive) to 1 (exclusive), each time anew
 * @see Mitzenmacher, The Power of Two Choices in Randomized Load Balancing, 2001
 */
export function chooseOne<T extends Candidate>(
  candidates: readonly T[],
  nowMs: number,
  settings: BalancingSettings,
  random: () => number,
): T | undefined {
  if (candidates.length < 2) return candidates[0];
  const first = Math.floor(random() * candidates.length);
  const offset = 1 + Math.floor(random() * (candidates.length - 1));
  const [one, other] = [candidates[first], candidates[(first + offset) % candidates.length]] as [T, T];
  return costOf(one, nowMs, settings) <= costOf(other, nowMs, settings) ? one : other;
}
