import { setTimeout as sleep } from 'node:timers/promises';
import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { currentRequestContext } from '../logging/request-context.js';
import type { AddressGuard } from './address-guard.policy.js';
import { AttemptRunner, type Settled } from './attempt-runner.js';
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

    const { settled: last, attempts } = await this.#attemptRepeatedly(prepared, startedAtMs + prepared.deadlineMs);
    const settled: Settled = prepared.signal?.aborted ? { error: prepared.signal.reason } : last;
    const durationMs = Math.round(performance.now() - startedAtMs);
    this.#report({ ...labelsOf(prepared, settled), durationMs, attempts });
    if ('error' in settled) throw settled.error;
    return { ...settled.answer, durationMs, url: settled.answer.url.href };
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

  async #attemptRepeatedly(
    request: PreparedRequest,
    deadlineAtMs: number,
  ): Promise<{ settled: Settled; attempts: number }> {
    const { trust, url } = request.first;
    this.#gates.of(trust, url).countRequest();
    let previous: Settled | undefined;
    for (let attempt = 1; ; attempt += 1) {
      const timeoutMs = Math.max(1, Math.ceil(Math.min(request.timeoutMs, deadlineAtMs - performance.now())));
      const settled = await this.#runner.run(request, timeoutMs);
      // A retry that we ourselves did not let out tells less than what the upstream said before.
      if (previous !== undefined && isOwnRefusal(settled)) return { settled: previous, attempts: attempt - 1 };
      const pauseMs = attempt < request.attempts ? this.#pauseBeforeRetry(settled, attempt, deadlineAtMs) : undefined;
      if (pauseMs === undefined || !this.#gates.of(trust, url).takeRetry()) return { settled, attempts: attempt };
      const isCancelled = await sleep(pauseMs, false, { signal: request.signal }).catch(() => true);
      if (isCancelled) return { settled, attempts: attempt };
      previous = settled;
    }
  }

  #pauseBeforeRetry(settled: Settled, attempt: number, deadlineAtMs: number): number | undefined {
    const outcome = outcomeOf(settled);
    if (outcome === undefined) return undefined;
    const retryAfter = 'answer' in settled ? settled.answer.headers['retry-after']?.toString() : undefined;
    const remainingMs = deadlineAtMs - performance.now();
    const finished = { attempt, outcome, retryAfter, remainingMs, now: new Date() };
    return retryDelayMs(finished, this.resilience.retry, Math.random());
  }

  #report(call: OutboundCall): void {
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

function labelsOf({ first }: PreparedRequest, settled: Settled): Pick<OutboundCall, 'method' | 'host' | 'outcome'> {
  const outcome = outcomeOf(settled) ?? 'cancelled';
  return {
    method: first.method,
    host: first.trust === 'operator' ? first.url.host : 'caller',
    outcome: typeof outcome === 'number' ? `${Math.floor(outcome / 100)}xx` : outcome,
  };
}
