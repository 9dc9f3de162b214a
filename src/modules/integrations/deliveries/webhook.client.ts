import { Injectable } from '@nestjs/common';
import { version } from '../../../platform/config/project.js';
import type { PublishedEvent } from '../../../platform/events/event.js';
import type { FailureReason } from '../../../platform/http-client/failure-reason.js';
import { HttpClient } from '../../../platform/http-client/http-client.js';
import { OutboundError } from '../../../platform/http-client/outbound-error.js';
import type { OutboundResponse } from '../../../platform/http-client/outbound-request.js';
import { AppError } from '../../../platform/errors/app-error.js';
import { textExcerpt } from '../text-excerpt.js';
import type { AttemptResult } from './attempt-verdict.policy.js';
import { composeBody, type DeliveredContent } from './delivery-body.policy.js';
import { maskSecrets, signatureHeaders, type Signers } from './webhook-message.policy.js';

/** Where and how to deliver. */
export interface Endpoint extends Signers {
  url: string;
  content: DeliveredContent;
  /** Those of the owner. */
  headers: Record<string, string>;
}

/** An attempt as it is recorded. */
export interface Attempt {
  result: AttemptResult;
  startedAt: Date;
  durationMs: number;
  /** Why the first connection could not be made, when a second was tried at once. */
  retriedAfter: FailureReason | null;
  /** Signatures and headers of the owner are masked. */
  requestHeaders: Record<string, string>;
  /** The beginning of the answer. */
  responseBody: string | null;
  isResponseTruncated: boolean;
}

/** One attempt, the second try after a failed connection included. */
export const attemptTimeoutMs = 15_000;
const keptResponseBytes = 16_384;

/** Nobody has received anything when these happen, so trying again at once does no harm. */
const failedConnections = new Set<FailureReason>(['connection-refused', 'name-not-resolved', 'unreachable']);

interface Post {
  url: string;
  headers: Record<string, string>;
  body: string;
  signal: AbortSignal;
  /** Milliseconds since the epoch. */
  deadline: number;
}

/** Posts events to the endpoints of webhooks. */
@Injectable()
export class WebhookClient {
  constructor(private readonly http: HttpClient) {}

  /**
   * Makes one attempt. Whatever the endpoint does is a result, not an error.
   *
   * @throws the reason of `signal` once that is aborted
   */
  async deliver(event: PublishedEvent, endpoint: Endpoint, signal: AbortSignal): Promise<Attempt> {
    const startedAt = new Date();
    const body = composeBody(event, endpoint.content);
    if (body === null) return nothingSent('body-too-large');
    const headers: Record<string, string> = {
      'user-agent': `Lyceum-Webhooks/${version}`,
      ...lowerCase(endpoint.headers),
      'content-type': 'application/json',
      ...signatureHeaders(event.id, body, endpoint, startedAt),
    };
    const post = { url: endpoint.url, headers, body, signal, deadline: startedAt.getTime() + attemptTimeoutMs };
    let answer = await this.post(post);
    const retriedAfter = failedConnectionOf(answer);
    if (retriedAfter !== null) answer = await this.post(post);
    const response = answer instanceof AppError ? undefined : answer;
    return {
      result: answer instanceof AppError ? failureOf(answer) : resultOf(answer),
      startedAt,
      durationMs: Date.now() - startedAt.getTime(),
      retriedAfter,
      requestHeaders: maskSecrets(headers, endpoint.headers),
      responseBody:
        response === undefined || response.body.length === 0 ? null : textExcerpt(response.body, keptResponseBytes),
      isResponseTruncated: response?.isTruncated ?? false,
    };
  }

  private async post({ url, headers, body, signal, deadline }: Post): Promise<OutboundResponse | AppError> {
    try {
      return await this.http.request({
        url,
        headers,
        body,
        signal,
        method: 'POST',
        trust: 'caller',
        timeoutMs: Math.max(1, deadline - Date.now()),
        redirects: 'refuse',
        maxResponseBytes: keptResponseBytes,
        onLargeResponse: 'truncate',
        // The schedule and the endpoint's own state decide when it is called.
        hasCircuitBreaker: false,
      });
    } catch (error) {
      if (error instanceof AppError) return error;
      throw error;
    }
  }
}

/** An attempt at which there was nothing to send. */
export function nothingSent(reason: string): Attempt {
  const nothing = {
    durationMs: 0,
    retriedAfter: null,
    requestHeaders: {},
    responseBody: null,
    isResponseTruncated: false,
  };
  return { result: { kind: 'impossible', reason }, startedAt: new Date(), ...nothing };
}

/** Why no connection could be made; null when one was. */
function failedConnectionOf(answer: OutboundResponse | AppError): FailureReason | null {
  return answer instanceof OutboundError && failedConnections.has(answer.reason) ? answer.reason : null;
}

function resultOf({ status, headers }: OutboundResponse): AttemptResult {
  return { kind: 'answered', status, retryAfter: headers['retry-after']?.toString() };
}

function failureOf(error: AppError): AttemptResult {
  if (!(error instanceof OutboundError)) return { kind: 'failed', reason: error.code };
  return error.reason === 'overloaded' ? { kind: 'postponed' } : { kind: 'failed', reason: error.reason };
}

function lowerCase(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
