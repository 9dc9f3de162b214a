import { AppError } from '../errors/app-error.js';
import type { AddressGuard } from './address-guard.policy.js';
import { AttemptLimit } from './attempt-limit.js';
import type { CallOutcome } from './circuit-breaker.policy.js';
import { upstreamFailureOf } from './failure-reason.js';
import type { OriginGates } from './origin-gates.js';
import {
  addressRefused,
  OutboundError,
  redirectRefused,
  responseTooLarge,
  upstreamFailed,
  upstreamTimedOut,
} from './outbound-error.js';
import type { AnswerHead, OutboundTransport } from './outbound-transport.js';
import type { PreparedRequest } from './prepare-request.js';
import { BodyTooLargeError, decodeBody, decodersOf, encodedLimit, type BodyLimit, type ReadBody } from './read-body.js';
import { maxRedirects, nextHop, type Hop } from './redirect.policy.js';

/** A response that has been read. */
export interface Answer {
  status: number;
  headers: Record<string, string | string[]>;
  body: Buffer;
  isTruncated: boolean;
  /** Where it came from after redirects. */
  url: URL;
}

/** What became of an attempt. */
export type Settled = { answer: Answer } | { error: unknown };

/** An answer, and where it redirects to if that is to be followed. */
interface Step {
  answer: Answer;
  next: Hop | string | undefined;
}

/** Of a response that is a redirect to be followed, no more than this is read to keep the connection usable. */
const redirectBody: BodyLimit = { maxBytes: 16_384, onExcess: 'truncate' };

/** Makes one attempt at a request: guard, place at the origin, exchange, body, and the redirects on the way. */
export class AttemptRunner {
  constructor(
    private readonly transport: OutboundTransport,
    private readonly guard: AddressGuard,
    private readonly gates: OriginGates,
  ) {}

  /**
   * @param timeoutMs for all of it
   * @returns the answer, or why there is none: an OutboundError, or anything at all once the request's own signal is aborted
   */
  async run(request: PreparedRequest, timeoutMs: number): Promise<Settled> {
    const limit = new AttemptLimit(timeoutMs, request.signal);
    try {
      let hop = request.first;
      for (let redirects = 0; ; redirects += 1) {
        const { answer, next } = await this.#step(hop, request, limit);
        if (next === undefined) return { answer };
        if (typeof next === 'string') throw redirectRefused(hop.url.host, next);
        if (redirects === maxRedirects) throw redirectRefused(hop.url.host, `it is number ${redirects + 1} in a row`);
        hop = next;
      }
    } catch (error) {
      return { error };
    } finally {
      limit.dispose();
    }
  }

  async #step(hop: Hop, request: PreparedRequest, limit: AttemptLimit): Promise<Step> {
    const refusal = hop.trust === 'caller' ? this.guard.inspectUrl(hop.url) : undefined;
    if (refusal !== undefined) throw addressRefused(hop.url.host, refusal);
    const gate = this.gates.of(hop.trust, hop.url);
    const { hasCircuitBreaker } = request;
    const pass = gate.tryEnter(hasCircuitBreaker) ?? (await gate.enter(hasCircuitBreaker, limit.signal));
    try {
      const { method, url, headers, body, trust } = hop;
      const { certificateAuthority, isFrequent } = request;
      const bodyLimit = (head: AnswerHead): BodyLimit => planFor(hop, request, head).bodyLimit;
      const exchange = { method, url, headers, body, trust, certificateAuthority, isFrequent, limit, bodyLimit };
      const received = await this.transport.exchange(exchange);
      const { next, decoders } = planFor(hop, request, received);
      const answer =
        decoders === undefined
          ? answerOf(received, received, url)
          : answerOf(withoutCoding(received), await decodeBody(received.body, request.limit, decoders, limit), url);
      // A 4xx, even 429, comes from an upstream that works.
      gate.leave(pass, answer.status >= 500 ? 'failed' : 'succeeded');
      return { answer, next };
    } catch (thrown) {
      const error = describe(thrown, hop, request, limit);
      gate.leave(pass, worthOf(error));
      throw error;
    }
  }
}

function answerOf({ status, headers }: AnswerHead, { body, isTruncated }: ReadBody, url: URL): Answer {
  return { status, headers, body, isTruncated, url };
}

/** Headers that describe what is no longer there once the body is decoded are left out. */
function withoutCoding({ status, headers }: AnswerHead): AnswerHead {
  const { 'content-encoding': _coding, 'content-length': _length, ...others } = headers;
  return { status, headers: others };
}

/** What is to be done about an answer: where it redirects to if that is to be followed, how much of it to read, and how to decode that. */
function planFor(
  hop: Hop,
  { followsRedirects, limit }: PreparedRequest,
  { status, headers }: AnswerHead,
): { next: Step['next']; bodyLimit: BodyLimit; decoders: ReturnType<typeof decodersOf> } {
  const next = followsRedirects ? nextHop(hop, status, single(headers['location'])) : undefined;
  if (next !== undefined) return { next, bodyLimit: redirectBody, decoders: undefined };
  const isBodiless = hop.method === 'HEAD' || status === 204 || status === 304 || headers['content-length'] === '0';
  const decoders = isBodiless ? undefined : decodersOf(single(headers['content-encoding']));
  return { next, bodyLimit: decoders === undefined ? limit : encodedLimit(limit), decoders };
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

/** The failure in our words. A cancelled call keeps its error: whoever cancelled is told the reason of the signal anyway. */
function describe(error: unknown, { url }: Hop, request: PreparedRequest, limit: AttemptLimit): unknown {
  if (error instanceof AppError || request.signal?.aborted) return error;
  if (limit.isTimedOut) return upstreamTimedOut(url.host, limit.timeoutMs);
  if (error instanceof BodyTooLargeError) return responseTooLarge(url.host, request.limit.maxBytes);
  return upstreamFailed(url.host, upstreamFailureOf(error), error);
}

/** What the breaker learns from a failure: an answer that is too large for us comes from an upstream that works. */
function worthOf(error: unknown): CallOutcome {
  if (!(error instanceof OutboundError)) return 'ignored';
  if (error.kind === 'upstream-timeout') return 'failed';
  if (error.reason === 'response-too-large') return 'succeeded';
  return error.kind === 'upstream-failed' ? 'failed' : 'ignored';
}
