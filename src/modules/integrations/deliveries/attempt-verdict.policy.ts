import { parseRetryAfterMs } from '../../../platform/http-client/retry.policy.js';
import type { StoredDeliveryState } from './delivery-state.js';
import { nextAttemptAt } from './retry-schedule.policy.js';

/** What became of one attempt. */
export type AttemptResult =
  | { kind: 'answered'; status: number; retryAfter: string | undefined }
  /** No answer; `reason` is short and stable. */
  | { kind: 'failed'; reason: string }
  /** Nothing was sent, because too much is under way to this host; it does not count as an attempt. */
  | { kind: 'postponed' }
  /** There is nothing left to send. */
  | { kind: 'impossible'; reason: string };

/** What an attempt means for its delivery and for the endpoint. */
export interface Verdict {
  state: StoredDeliveryState;
  dueAt: Date;
  scheduleStep: number;
  /** The endpoint is gone for good: deliver nothing more until somebody looks at it. */
  isEndpointGone: boolean;
  /** The endpoint cannot keep up: everything to it is to slow down. */
  isThrottled: boolean;
  /** The endpoint asked for a pause. */
  blockedUntil: Date | null;
}

export interface AttemptContext {
  schedule: readonly number[];
  /** Attempts of the schedule before this one. */
  step: number;
  now: Date;
  /** From 0 (inclusive) to 1 (exclusive). */
  random: number;
  /** A held delivery that only finds out whether its endpoint is back: a failure costs it nothing. */
  isProbe?: boolean;
}

/** The longest pause that an endpoint can ask for. */
export const maxRetryAfterMs = 86_400_000;
const postponedMs = 1000;
const throttlingStatuses = new Set([429, 502, 503, 504]);

/**
 * Judges an attempt: 2xx is delivered, everything else, redirects included, has failed; 410 means that the endpoint is gone.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md (deliverability and reliability)
 */
export function judgeAttempt(result: AttemptResult, context: AttemptContext): Verdict {
  const { schedule, step, now, random, isProbe = false } = context;
  const isThrottled = result.kind === 'answered' && throttlingStatuses.has(result.status);
  const verdict = { dueAt: now, scheduleStep: step + 1, isEndpointGone: false, isThrottled, blockedUntil: null };
  if (result.kind === 'postponed') {
    return { ...verdict, state: 'pending', dueAt: new Date(now.getTime() + postponedMs), scheduleStep: step };
  }
  if (result.kind === 'impossible') return { ...verdict, state: 'exhausted' };
  if (result.kind === 'answered' && result.status >= 200 && result.status <= 299) {
    return { ...verdict, state: 'delivered' };
  }
  // The step is not used up: once the endpoint is back, the delivery goes on where it stood.
  if (result.kind === 'answered' && result.status === 410) {
    return { ...verdict, state: 'failed', scheduleStep: step, isEndpointGone: true };
  }
  const blockedUntil = isThrottled ? pauseAskedFor(result.retryAfter, now) : null;
  if (isProbe) return { ...verdict, state: 'failed', scheduleStep: step, blockedUntil };
  const scheduledAt = nextAttemptAt(schedule, step + 1, now, random);
  if (scheduledAt === null) return { ...verdict, state: 'exhausted', blockedUntil };
  return { ...verdict, state: 'failed', dueAt: later(scheduledAt, blockedUntil), blockedUntil };
}

function pauseAskedFor(retryAfter: string | undefined, now: Date): Date | null {
  const pauseMs = parseRetryAfterMs(retryAfter, now) ?? 0;
  return pauseMs > 0 ? new Date(now.getTime() + Math.min(pauseMs, maxRetryAfterMs)) : null;
}

function later(date: Date, other: Date | null): Date {
  return other !== null && other > date ? other : date;
}
