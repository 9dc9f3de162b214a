import type { FailureReason } from './failure-reason.js';
import type { OutboundMethod } from './outbound-request.js';
import type { RetrySettings } from './resilience-settings.js';

/** What is known when an attempt has not brought what was hoped for. */
export interface FinishedAttempt {
  /** 1 for the first. */
  attempt: number;
  /** The status of the response, or why there is none. */
  outcome: number | FailureReason;
  /** The `Retry-After` header of the response. */
  retryAfter: string | undefined;
  /** Time left before the deadline of the whole call. */
  remainingMs: number;
  /** Wall clock, for a `Retry-After` that is a date. */
  now: Date;
}

const retryableStatuses = new Set([429, 502, 503, 504]);

/** A bad certificate, a protocol error or a broken encoding will be the same next time. */
const retryableFailures = new Set<FailureReason>([
  'timeout',
  'name-not-resolved',
  'connection-refused',
  'connection-reset',
  'connection-failed',
  'unreachable',
]);

/** Methods that may be sent twice (RFC 9110 section 9.2.2). */
export function isIdempotentMethod(method: OutboundMethod): boolean {
  return method !== 'POST' && method !== 'PATCH';
}

/**
 * How long to wait before the next attempt of an idempotent request; undefined when there is to be none, because the outcome is
 * final or the wait would outlast the deadline. Full jitter spreads the retries of many callers over the whole pause.
 *
 * @param random a number from 0 (inclusive) to 1 (exclusive)
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function retryDelayMs(finished: FinishedAttempt, settings: RetrySettings, random: number): number | undefined {
  const { attempt, outcome, retryAfter, remainingMs, now } = finished;
  const isRetryable = typeof outcome === 'number' ? retryableStatuses.has(outcome) : retryableFailures.has(outcome);
  if (!isRetryable) return undefined;
  const backoffMs = random * Math.min(settings.maxDelayMs, settings.baseDelayMs * 2 ** (attempt - 1));
  const delayMs = backoffMs + (parseRetryAfterMs(retryAfter, now) ?? 0);
  return delayMs < remainingMs ? delayMs : undefined;
}

/**
 * What a `Retry-After` header asks for: seconds or an HTTP date (RFC 9110 section 10.2.3), from now on in milliseconds.
 * Undefined when there is none or it is neither.
 */
export function parseRetryAfterMs(header: string | undefined, now: Date): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  // Date.parse takes much more, "1.5" and "-3" among it; an HTTP date begins with the day of the week.
  const at = /^[A-Z][a-z]{2,8},/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime());
}
