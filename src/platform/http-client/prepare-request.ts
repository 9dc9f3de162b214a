import { X509Certificate } from 'node:crypto';
import { validateHeaderName, validateHeaderValue } from 'node:http';
import { unescape } from 'node:querystring';
import { LRUCache } from 'lru-cache';
import { parseUrl } from './endpoint.js';
import { requestInvalid } from './outbound-error.js';
import type { OutboundRequest } from './outbound-request.js';
import { acceptedEncodings, type BodyLimit } from './read-body.js';
import type { Hop } from './redirect.policy.js';
import { isIdempotentMethod } from './retry.policy.js';

/** A request with every default filled in. */
export interface PreparedRequest {
  first: Hop;
  limit: BodyLimit;
  timeoutMs: number;
  deadlineMs: number;
  attempts: number;
  followsRedirects: boolean;
  hasCircuitBreaker: boolean;
  isFrequent: boolean;
  signal: AbortSignal | undefined;
  certificateAuthority: string | undefined;
}

const defaultTimeoutMs = 15_000;
const defaultMaxResponseBytes = 1_048_576;
/** The longest that a timer of Node can wait. */
const maxTimerMs = 2 ** 31 - 1;

const methods = new Set(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE']);

/** Headers that steer the connection (RFC 9110 section 7.6.1) or frame the message: set by hand they allow request smuggling. */
const ownHeaders = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Checks a request and fills in the defaults.
 *
 * @param traceparent W3C trace context to send on, unless the request brings its own
 * @throws AppError `http-client.request-invalid`
 */
export function prepareRequest(request: OutboundRequest, traceparent: string | undefined): PreparedRequest {
  if (!methods.has(request.method)) throw requestInvalid(`the method must be one of ${[...methods].join(', ')}`);
  const timeoutMs = wholeNumber('timeoutMs', request.timeoutMs ?? defaultTimeoutMs, 1, maxTimerMs);
  const attempts = wholeNumber('attempts', request.attempts ?? 1, 1, 100);
  const isIdempotent = request.isIdempotent ?? isIdempotentMethod(request.method);
  const { url, authorization } = knownTargets.memo(`${request.trust} ${request.url}`, { context: request });
  return {
    first: {
      method: request.method,
      url,
      headers: prepareHeaders(request.headers ?? {}, authorization, traceparent),
      body: typeof request.body === 'string' ? Buffer.from(request.body) : request.body,
      trust: request.trust,
    },
    limit: {
      maxBytes: wholeNumber('maxResponseBytes', request.maxResponseBytes ?? defaultMaxResponseBytes, 0, 2 ** 30),
      onExcess: request.onLargeResponse ?? 'fail',
    },
    timeoutMs,
    deadlineMs: wholeNumber(
      'deadlineMs',
      request.deadlineMs ?? Math.min(attempts * timeoutMs, maxTimerMs),
      1,
      maxTimerMs,
    ),
    attempts: isIdempotent ? attempts : 1,
    followsRedirects: request.redirects === 'follow',
    hasCircuitBreaker: request.hasCircuitBreaker ?? true,
    isFrequent: request.isFrequent ?? false,
    signal: request.signal,
    certificateAuthority: checkedCertificates(request.certificateAuthority),
  };
}

/**
 * Parses an address. White space, control characters and backslashes, which the WHATWG parser quietly drops or turns into
 * slashes, are refused: other software reads such an address differently.
 *
 * @throws AppError `http-client.request-invalid`
 */
export function parseAddress(text: string): URL {
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  const url = /[\u0000-\u0020\u007F\\]/.test(text) ? null : parseUrl(text);
  if (url === null) throw requestInvalid('the URL must be absolute, without spaces, such as https://example.org/path');
  return url;
}

/** Where a request goes. Nobody may change the URL. */
interface Target {
  url: URL;
  authorization: string | undefined;
}

/** The same addresses are called again and again. */
const knownTargets = new LRUCache<string, Target, OutboundRequest>({
  max: 1000,
  memoMethod: (_key, _stale, { context }) => parseTarget(context),
});

/** A user name and password that the operator wrote into a URL become the header that they mean, and leave the URL. */
function parseTarget({ url: text, trust }: OutboundRequest): Target {
  const url = parseAddress(text);
  if (trust === 'caller') return { url, authorization: undefined };
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw requestInvalid('the URL must be http or https');
  if (url.username === '' && url.password === '') return { url, authorization: undefined };
  const credentials = `${unescape(url.username)}:${unescape(url.password)}`;
  url.username = '';
  url.password = '';
  return { url, authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
}

function prepareHeaders(
  given: Record<string, string>,
  authorization: string | undefined,
  traceparent: string | undefined,
): Record<string, string> {
  const headers: Record<string, string> = {
    accept: '*/*',
    'accept-encoding': acceptedEncodings,
    'user-agent': 'Lyceum',
    ...(authorization === undefined ? {} : { authorization }),
    ...(traceparent === undefined ? {} : { traceparent }),
  };
  for (const [name, value] of Object.entries(given)) {
    assertHeader(name, value);
    headers[name.toLowerCase()] = value;
  }
  return headers;
}

function assertHeader(name: string, value: string): void {
  if (ownHeaders.has(name.toLowerCase())) throw requestInvalid(`the header ${name} is set by the client itself`);
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  } catch {
    throw requestInvalid(`the header ${JSON.stringify(name.slice(0, 64))} has characters that a header cannot hold`);
  }
}

/** Node takes what it cannot read for no certificate at all, and an empty text for all public authorities. */
function checkedCertificates(pem: string | undefined): string | undefined {
  if (pem === undefined || isCertificate(pem)) return pem;
  throw requestInvalid('certificateAuthority must hold certificates in PEM form');
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

function wholeNumber(name: string, value: number, minimum: number, maximum: number): number {
  if (Number.isInteger(value) && value >= minimum && value <= maximum) return value;
  throw requestInvalid(`${name} must be a whole number from ${minimum} to ${maximum}`);
}
