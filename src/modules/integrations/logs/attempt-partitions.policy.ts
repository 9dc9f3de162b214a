import { firstIdAt } from '../uuid-v7.policy.js';

const dayMs = 86_400_000;
const prefix = 'delivery_attempts_before_';

/** A day of attempts: a partition of `delivery_attempts`, named after the day before which it ends. */
export interface AttemptPartition {
  name: string;
  /** The smallest key in it. */
  from: string;
  /** The smallest key after it. */
  to: string;
}

/** The partitions of today and of the days that follow, in UTC. */
export function partitionsFrom(now: Date, days: number): AttemptPartition[] {
  const today = Math.floor(now.getTime() / dayMs);
  return Array.from({ length: days }, (_, index) => {
    const [start, end] = [new Date((today + index) * dayMs), new Date((today + index + 1) * dayMs)];
    return { name: prefix + compactDate(end), from: firstIdAt(start), to: firstIdAt(end) };
  });
}

/** Those of the partitions in which everything is older than `cutoff`; what is not one of them by its name never is. */
export function partitionsBefore(names: string[], cutoff: Date): string[] {
  return names.filter((name) => name.startsWith(prefix) && name.slice(prefix.length) <= compactDate(cutoff));
}

/** `2026-11-26` as `20261126`. */
function compactDate(time: Date): string {
  return time.toISOString().slice(0, 10).replaceAll('-', '');
}
