import type { CallOutcome } from '../../../platform/http-client/circuit-breaker.policy.js';
import type { FailureReason } from '../../../platform/http-client/failure-reason.js';
import type { HttpClient } from '../../../platform/http-client/http-client.js';
import { OutboundError } from '../../../platform/http-client/outbound-error.js';
import type { OutboundMethod } from '../../../platform/http-client/outbound-request.js';
import { currentRequestContext } from '../../../platform/logging/request-context.js';

export interface ServiceRequest {
  method: OutboundMethod;
  /** Begins with a slash; appended to the address of the instance. */
  path: string;
  /** Sent as JSON; a buffer holds JSON already. */
  body?: unknown;
  /** All attempts and pauses; what is left of it goes along as `x-request-timeout-ms`. */
  deadlineMs: number;
  /** Whether it may be carried out twice. Default: what HTTP says of the method. */
  isIdempotent?: boolean;
  maxResponseBytes?: number;
  /** Says that an answer that does not come in time can be the request's own fault; the breaker then learns nothing from it. */
  canHang?: boolean;
  signal?: AbortSignal;
}

export interface ServiceAnswer {
  status: number;
  headers: Record<string, string | string[]>;
  body: Buffer;
}

/** How one attempt ended. */
export interface SettledCall {
  answer?: ServiceAnswer;
  error?: unknown;
  /** The status, or why there is none; undefined when it was cancelled. */
  outcome: number | FailureReason | undefined;
  retryAfter: string | undefined;
  /** What the breaker learns from it. */
  worth: CallOutcome;
  /** For people, when it went wrong. */
  problem: string | undefined;
}

/** Makes one attempt through the door for outbound HTTP; breaker and retries are the pool's, which knows the other instances. */
export class ServiceCaller {
  constructor(private readonly http: HttpClient) {}

  async call(url: string, request: ServiceRequest, timeoutMs: number): Promise<SettledCall> {
    const { method, path, body, maxResponseBytes, signal } = request;
    const correlationId = currentRequestContext()?.correlationId;
    try {
      const {
        status,
        headers,
        body: bytes,
      } = await this.http.request({
        method,
        url: url + path,
        trust: 'operator',
        hasCircuitBreaker: false,
        isFrequent: true,
        timeoutMs,
        headers: {
          accept: 'application/json',
          'x-request-timeout-ms': String(timeoutMs),
          ...(correlationId !== undefined && { 'x-correlation-id': correlationId }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: Buffer.isBuffer(body) ? body : JSON.stringify(body) }),
        ...(maxResponseBytes !== undefined && { maxResponseBytes }),
        ...(signal !== undefined && { signal }),
      });
      return {
        answer: { status, headers, body: bytes },
        outcome: status,
        retryAfter: headers['retry-after']?.toString(),
        worth: status >= 500 ? 'failed' : 'succeeded',
        problem: status >= 500 || status === 429 ? `It answered ${status}` : undefined,
      };
    } catch (error) {
      const judged = judge(error);
      const isOwnFault = request.canHang === true && judged.outcome === 'timeout';
      return { error, retryAfter: undefined, ...judged, ...(isOwnFault && { worth: 'ignored' }) };
    }
  }
}

/** As the client's own breaker: an answer that is too large comes from an upstream that works, and a cancelled call says nothing. */
function judge(error: unknown): Pick<SettledCall, 'outcome' | 'worth' | 'problem'> {
  if (!(error instanceof OutboundError)) return { outcome: undefined, worth: 'ignored', problem: undefined };
  const { reason, kind, message } = error;
  if (reason === 'response-too-large') return { outcome: reason, worth: 'succeeded', problem: message };
  const hasFailed = kind === 'upstream-failed' || kind === 'upstream-timeout';
  return { outcome: reason, worth: hasFailed ? 'failed' : 'ignored', problem: hasFailed ? message : undefined };
}
