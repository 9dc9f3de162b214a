/** One look-up of a service's names. Times are monotonic milliseconds. */
export interface Lookup {
  urls: string[];
  /** How long the answer may be used, by the records' TTL. */
  ttlMs: number;
}

/** What is known of where a service is. */
export interface Discovery {
  /** The last good answer; kept however long the names cannot be resolved. */
  readonly urls: readonly string[];
  readonly nextLookupAtMs: number;
  readonly failures: number;
}

/** However short or long the TTL: not more often than every five seconds, at least every five minutes. */
const minimumTtlMs = 5_000;
const maximumTtlMs = 300_000;
const firstRetryMs = 1_000;
const maximumRetryMs = 30_000;

export const nothingDiscovered: Discovery = { urls: [], nextLookupAtMs: 0, failures: 0 };

/** After a look-up: a good answer replaces what was known; none, or an empty one, leaves it as it is and is tried again soon. */
export function afterLookup(discovery: Discovery, lookup: Lookup | undefined, nowMs: number): Discovery {
  if (lookup === undefined || lookup.urls.length === 0) {
    const retryMs = Math.min(maximumRetryMs, firstRetryMs * 2 ** Math.min(discovery.failures, 10));
    return { ...discovery, nextLookupAtMs: nowMs + retryMs, failures: discovery.failures + 1 };
  }
  const ttlMs = Math.min(maximumTtlMs, Math.max(minimumTtlMs, lookup.ttlMs));
  return { urls: [...new Set(lookup.urls)].toSorted(), nextLookupAtMs: nowMs + ttlMs, failures: 0 };
}
