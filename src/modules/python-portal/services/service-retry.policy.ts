import type { FailureReason } from '../../../platform/http-client/failure-reason.js';
import type { RetrySettings } from '../../../platform/http-client/resilience-settings.js';
import { retryDelayMs, type FinishedAttempt } from '../../../platform/http-client/retry.policy.js';

export interface FinishedServiceAttempt extends FinishedAttempt {
  isIdempotent: boolean;
  /** Whether another instance can take the next attempt; then the pause that this one asked for does not bind it. */
  hasOther: boolean;
}

/** The request did not reach anything that could have carried it out. */
const notSent = new Set<FailureReason>(['connection-refused', 'name-not-resolved', 'unreachable']);
/** The service says itself that it did not carry it out. */
const turnedAway = new Set([429, 503]);

/** Whether the request was surely not carried out, so that sending it again cannot do anything twice. */
export function isSurelyNotDone(outcome: number | FailureReason): boolean {
  return typeof outcome === 'number' ? turnedAway.has(outcome) : notSent.has(outcome);
}

/**
 * How long to wait before the next attempt; undefined when there is to be none. What may be sent twice follows the rules of
 * `retryDelayMs`; anything else is sent again only when it was surely not carried out.
 *
 * @param random a number from 0 (inclusive) to 1 (exclusive): full jitter
 */
export function servicePauseMs(
  finished: FinishedServiceAttempt,
  settings: RetrySettings,
  random: number,
): number | undefined {
  if (!finished.isIdempotent && !isSurelyNotDone(finished.outcome)) return undefined;
  return retryDelayMs(finished.hasOther ? { ...finished, retryAfter: undefined } : finished, settings, random);
}
