import { AppError } from '../../../../platform/errors/app-error.js';
import type { OutboundResponse } from '../../../../platform/http-client/outbound-request.js';
import { SyncFailure, type SyncFailureKind } from '../sync-failure.js';
import { quotaPauseMs, retryAfterMsOf } from './rate-limit-headers.policy.js';

/** What an answer that is no success means for a run; undefined for a success. Never quotes the answer, which may hold anything. */
export function failureOfAnswer(
  { status, headers }: Pick<OutboundResponse, 'status' | 'headers'>,
  place: string,
  now: Date,
): SyncFailure | undefined {
  if (status >= 200 && status <= 299) return undefined;
  const pauseMs = quotaPauseMs(headers, now);
  const answered = `${place} answered with status ${status}`;
  if (status === 429 || (pauseMs !== undefined && (status === 403 || status === 503))) {
    return new SyncFailure('throttled', `${answered}: it wants to be left alone for a while`, pauseMs);
  }
  if (status >= 300 && status <= 399)
    return new SyncFailure('configuration', redirected(answered, headers['location']));
  const advice: Record<SyncFailureKind, string> = {
    authentication: 'it does not take the credentials',
    configuration:
      status === 413 ? 'what is sent is too large; lower batchSize' : 'check address, method and parameters',
    source: 'it failed',
    throttled: '',
  };
  const kind = kindOf(status);
  return new SyncFailure(kind, `${answered}: ${advice[kind]}`, retryAfterMsOf(headers, now));
}

function kindOf(status: number): SyncFailureKind {
  if (status === 401 || status === 403) return 'authentication';
  if (status >= 500 || status === 408 || status === 425) return 'source';
  return 'configuration';
}

/** Where to, without the query, which may hold a token. */
function redirected(answered: string, location: string | string[] | undefined): string {
  const target = typeof location === 'string' && URL.canParse(location) ? new URL(location) : undefined;
  const where = target === undefined ? '' : ` to ${target.origin}${target.pathname}`.slice(0, 300);
  return `${answered}: redirects${where} are not followed; use the final address`;
}

/**
 * What broke as a failure of a run.
 *
 * @throws the reason of the signal, once that is aborted
 */
export function asSyncFailure(error: unknown, signal: AbortSignal | undefined): SyncFailure {
  signal?.throwIfAborted();
  if (error instanceof SyncFailure) return error;
  if (!(error instanceof AppError)) throw error;
  const retryAfterMs = error.retryAfterSeconds === undefined ? undefined : error.retryAfterSeconds * 1000;
  const kind = error.kind === 'invalid' ? 'configuration' : error.kind === 'unavailable' ? 'throttled' : 'source';
  return new SyncFailure(kind, error.message, retryAfterMs, { cause: error });
}
