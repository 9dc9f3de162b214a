import { setTimeout as sleep } from 'node:timers/promises';
import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { currentRequestContext } from '../logging/request-context.js';
import type { AddressGuard } from './address-guard.policy.js';
import { AttemptRunner, type Settled } from './attempt-runner.js';
import type { OriginGate } from './origin-gate.js';
import { OriginGates } from './origin-gates.js';
import type { OutboundCall } from './outbound-call.js';
import { addressRefused, OutboundError } from './outbound-error.js';
import type { OutboundRequest, OutboundResponse } from './outbound-request.js';
import type { OutboundTransport } from './outbound-transport.js';
import { parseAddress, prepareRequest, type PreparedRequest } from './prepare-request.js';
import type { ResilienceSettings } from './resilience-settings.js';
import { retryDelayMs } from './retry.policy.js';

/** The one door for outbound HTTP. */
export class HttpClient implements OnApplicationShutdown {
  readonly #logger = new Logger(HttpClient.name);
  readonly #gates: OriginGates;
  readonly #runner: AttemptRunner;
  readonly #listeners = new Set<(call: OutboundCall) => void>();

  constructor(
    private readonly transport: OutboundTransport,
    private readonly guard: AddressGuard,
    private readonly resilience: ResilienceSettings,
  ) {
    this.#gates = new OriginGates(resilience, () => performance.now());
    this.#runner = new AttemptRunner(transport, guard, this.#gates);
  }

  /**
   * Sends a request. Any status is a response, not an error.
   *
   * @throws OutboundError `http-client.address-refused` (invalid): the guard forbids the address of a `caller` or of a redirect
   * @throws OutboundError `http-client.upstream-failed`, `…response-too-large`, `…redirect-refused` (upstream-failed)
   * @throws OutboundError `http-client.upstream-timeout` (upstream-timeout)
   * @throws OutboundError `http-client.circuit-open`, `…overloaded` (unavailable), with `retryAfterSeconds`
   * @throws AppError `http-client.request-invalid` (invalid): nothing was sent, the request itself has to be mended
   * @throws the reason of `signal` once that is aborted
   */
  async request(request: OutboundRequest): Promise<OutboundResponse> {
    const startedAtMs = performance.now();
    const prepared = prepareRequest(request, currentRequestContext()?.traceparent);
    prepared.signal?.throwIfAborted();

    this.#gateOf(prepared).countRequest();
    const deadlineAtMs = startedAtMs + prepared.deadlineMs;
    let settled = await this.#attempt(prepared, deadlineAtMs);
    let attempts = 1;
    while (attempts < prepared.attempts && (await this.#mayRetry(prepared, settled, attempts, deadlineAtMs))) {
      const next = await this.#attempt(prepared, deadlineAtMs);
      // A retry that we ourselves did not let out tells less than what the upstream said before.
      if (isOwnRefusal(next)) break;
      settled = next;
      attempts += 1;
    }
    if (prepared.signal?.aborted) settled = { error: prepared.signal.reason };
    const durationMs = Math.round(performance.now() - startedAtMs);
    this.#report(prepared, settled, durationMs, attempts);
    if ('error' in settled) throw settled.error;
    const { status, headers, body, isTruncated, url } = settled.answer;
    return { status, headers, body, isTruncated, durationMs, url: url.href };
  }

  /**
   * Checks an address that came through the API when it is saved, so that its owner learns at once what is wrong with it. A host
   * name is resolved and judged only when it is called, each time anew.
   *
   * @throws OutboundError `http-client.address-refused`
   * @throws AppError `http-client.request-invalid` when it is no URL
   */
  checkAddress(address: string): void {
    const url = parseAddress(address);
    const refusal = this.guard.inspectUrl(url);
    if (refusal !== undefined) throw addressRefused(url.host, refusal);
  }

  /**
   * Tells the listener about every call that was sent or refused, once it is over.
   *
   * @returns a function that ends it
   */
  onCompleted(listener: (call: OutboundCall) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Not earlier: requests that are being answered while the server stops may still need an upstream. */
  onApplicationShutdown(): void {
    this.transport.close();
  }

  #attempt(request: PreparedRequest, deadlineAtMs: number): Promise<Settled> {
    const timeoutMs = Math.max(1, Math.ceil(Math.min(request.timeoutMs, deadlineAtMs - performance.now())));
    return this.#runner.run(request, timeoutMs);
  }

  /** Waits before a retry; false where there is to be none. */
  async #mayRetry(request: PreparedRequest, settled: Settled, attempt: number, deadlineAtMs: number): Promise<boolean> {
    const pauseMs = this.#pauseBeforeRetry(settled, attempt, deadlineAtMs);
    if (pauseMs === undefined || !this.#gateOf(request).takeRetry()) return false;
    return sleep(pauseMs, true, { signal: request.signal }).catch(() => false);
  }

  #gateOf({ first }: PreparedRequest): OriginGate {
    return this.#gates.of(first.trust, first.url);
  }

  #pauseBeforeRetry(settled: Settled, attempt: number, deadlineAtMs: number): number | undefined {
    const outcome = outcomeOf(settled);
    if (outcome === undefined) return undefined;
    const retryAfter = 'answer' in settled ? settled.answer.headers['retry-after']?.toString() : undefined;
    const remainingMs = deadlineAtMs - performance.now();
    const finished = { attempt, outcome, retryAfter, remainingMs, now: new Date() };
    return retryDelayMs(finished, this.resilience.retry, Math.random());
  }

  #report({ first }: PreparedRequest, settled: Settled, durationMs: number, attempts: number): void {
    const outcome = outcomeOf(settled) ?? 'cancelled';
    const call: OutboundCall = {
      method: first.method,
      host: first.trust === 'operator' ? first.url.host : 'caller',
      outcome: typeof outcome === 'number' ? `${Math.floor(outcome / 100)}xx` : outcome,
      durationMs,
      attempts,
    };
    for (const listener of this.#listeners) {
      try {
        listener(call);
      } catch (error) {
        this.#logger.error('A listener for outbound calls failed', error);
      }
    }
  }
}

/** The status, or why there is none; undefined when the call was cancelled. */
function outcomeOf(settled: Settled): number | OutboundError['reason'] | undefined {
  if ('answer' in settled) return settled.answer.status;
  return settled.error instanceof OutboundError ? settled.error.reason : undefined;
}

function isOwnRefusal(settled: Settled): boolean {
  return 'error' in settled && settled.error instanceof OutboundError && settled.error.kind === 'unavailable';
}
