import { isNativeError } from 'node:util/types';
import { AppError, type AppErrorOptions, type ErrorKind } from '../errors/app-error.js';
import type { AddressRefusal } from './address-guard.policy.js';
import type { FailureReason, UpstreamFailure } from './failure-reason.js';

/**
 * Why an outbound call has no response. Names the host and the reason only: a path or query may hold a secret, and the
 * address behind a name is nobody's business outside.
 */
export class OutboundError extends AppError {
  constructor(
    kind: ErrorKind,
    code: string,
    message: string,
    readonly host: string,
    readonly reason: FailureReason,
    options: Pick<AppErrorOptions, 'cause' | 'retryAfterSeconds'> = {},
  ) {
    super(kind, code, message, { ...options, details: { host, reason } });
  }
}

const advice: Record<AddressRefusal, string> = {
  'scheme-not-allowed': 'use an http or https URL',
  'credentials-in-url': 'take the user name and password out of the URL and send them as a header',
  'local-name':
    'it names the machine that calls; use a public host, or have the operator list it in OUTBOUND_ALLOW_HOSTS',
  'not-public':
    'it does not lead to the public internet; use a public host, or have the operator list it in OUTBOUND_ALLOW_HOSTS',
  'https-required': 'use https, or have the operator list the host in OUTBOUND_ALLOW_HOSTS',
  'own-store': 'it is where this application keeps its own data',
};

export function addressRefused(host: string, reason: AddressRefusal): OutboundError {
  const message = `The address ${host} may not be called: ${advice[reason]}.`;
  return new OutboundError('invalid', 'http-client.address-refused', message, host, reason);
}

/** A request that no upstream should ever see. `problem` says what to mend and quotes no header value. */
export function requestInvalid(problem: string): AppError {
  return new AppError('invalid', 'http-client.request-invalid', `The outbound request is not valid: ${problem}.`);
}

export function upstreamFailed(host: string, reason: UpstreamFailure, cause: unknown): OutboundError {
  const message = `${host} could not be reached or broke off (${reason}). Check that it is up and try again.`;
  return new OutboundError('upstream-failed', 'http-client.upstream-failed', message, host, reason, {
    cause: withoutPayload(cause),
  });
}

export function upstreamTimedOut(host: string, timeoutMs: number): OutboundError {
  const message = `${host} did not answer completely within ${timeoutMs} ms. Try again later.`;
  return new OutboundError('upstream-timeout', 'http-client.upstream-timeout', message, host, 'timeout');
}

export function responseTooLarge(host: string, maxBytes: number): OutboundError {
  const message = `${host} sent more than the ${maxBytes} bytes that are read of its answer.`;
  return new OutboundError('upstream-failed', 'http-client.response-too-large', message, host, 'response-too-large');
}

export function redirectRefused(host: string, problem: string): OutboundError {
  const message = `${host} answered with a redirect that is not followed: ${problem}. Use the final address.`;
  return new OutboundError('upstream-failed', 'http-client.redirect-refused', message, host, 'redirect-refused');
}

export function circuitOpen(host: string, retryAfterSeconds: number): OutboundError {
  const message = `${host} failed repeatedly and is left alone for ${retryAfterSeconds} s. Try again then.`;
  return new OutboundError('unavailable', 'http-client.circuit-open', message, host, 'circuit-open', {
    retryAfterSeconds,
  });
}

export function overloaded(host: string): OutboundError {
  const message = `Too many calls to ${host} are waiting for an answer. Try again later.`;
  return new OutboundError('unavailable', 'http-client.overloaded', message, host, 'overloaded', {
    retryAfterSeconds: 1,
  });
}

/** Errors of Node may carry raw bytes of the response or whole certificates, which do not belong into a log. */
function withoutPayload(cause: unknown): unknown {
  if (!isNativeError(cause)) return cause;
  const { name, message, stack } = cause;
  return Object.assign(new Error(message), { name, stack, ...('code' in cause ? { code: cause.code } : {}) });
}
