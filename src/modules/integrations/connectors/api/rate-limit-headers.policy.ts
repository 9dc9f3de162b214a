import { parseRetryAfterMs } from '../../../../platform/http-client/retry.policy.js';

type Headers = Record<string, string | string[] | undefined>;

/** However long somebody wants to be left alone, it is tried again after this. */
const maxPauseMs = 3_600_000;
/** Numbers above this are times in seconds since 1970, not durations. */
const firstEpochSeconds = 1_000_000_000;

/** What `Retry-After` asks for, in milliseconds and bounded. */
export function retryAfterMsOf(headers: Headers, now: Date): number | undefined {
  const askedMs = parseRetryAfterMs(text(headers['retry-after']), now);
  return askedMs === undefined ? undefined : Math.min(askedMs, maxPauseMs);
}

/**
 * How long to wait before the next request: when nothing is left of a quota, until it is renewed. Reads `RateLimit` of the IETF's
 * drafts, their older `RateLimit-*`, and the `X-RateLimit-*` and `X-Rate-Limit-*` of everybody else.
 */
export function quotaPauseMs(headers: Headers, now: Date): number | undefined {
  const asked = retryAfterMsOf(headers, now);
  if (asked !== undefined) return asked;
  for (const prefix of ['x-ratelimit', 'x-rate-limit', 'ratelimit']) {
    const remaining = text(headers[`${prefix}-remaining`]);
    if (remaining === undefined || !/^0+(\.0+)?$/.test(remaining.trim())) continue;
    return pauseUntil(text(headers[`${prefix}-reset`]), now);
  }
  const combined = text(headers['ratelimit']) ?? '';
  if (!/(^|[;,\s])(r|remaining)=0(?![\d.])/.test(combined)) return undefined;
  return pauseUntil(/(?:^|[;,\s])(?:t|reset)=(\d{1,12})/.exec(combined)?.[1], now);
}

/** @returns undefined when it is not said when the quota is renewed */
function pauseUntil(reset: string | undefined, now: Date): number | undefined {
  const value = reset?.trim() ?? '';
  if (!/^\d{1,13}(\.\d+)?$/.test(value)) return undefined;
  const number = Number(value);
  const isTime = number > firstEpochSeconds;
  const timeMs = number > firstEpochSeconds * 1000 ? number : number * 1000;
  return Math.min(maxPauseMs, Math.max(0, isTime ? timeMs - now.getTime() : number * 1000));
}

function text(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
