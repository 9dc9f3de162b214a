import { Bulkhead } from './bulkhead.js';
import {
  admit,
  afterCall,
  closedCircuit,
  type CallOutcome,
  type Circuit,
  type Permit,
} from './circuit-breaker.policy.js';
import { circuitOpen, overloaded } from './outbound-error.js';
import type { ResilienceSettings } from './resilience-settings.js';
import { afterRequest, afterRetry, freshRetryBudget, type RetryBudget } from './retry-budget.policy.js';

/** Says what a call to an origin was worth. */
export type Judge<T> = (settled: { answer: T } | { error: unknown }) => CallOutcome;

/** What all calls to one origin share: circuit breaker, bulkhead and retry budget. */
export class OriginGate {
  readonly #bulkhead: Bulkhead;
  #circuit: Circuit = closedCircuit;
  #budget: RetryBudget = freshRetryBudget;

  /** @param nowMs a monotonic clock */
  constructor(
    private readonly host: string,
    private readonly settings: ResilienceSettings,
    private readonly nowMs: () => number,
  ) {
    this.#bulkhead = new Bulkhead(settings.bulkhead);
  }

  /** Whether nothing is under way, so that the gate may be forgotten. */
  get isIdle(): boolean {
    return this.#bulkhead.isIdle;
  }

  countRequest(): void {
    this.#budget = afterRequest(this.#budget, this.nowMs(), this.settings.retryBudget);
  }

  /** Takes one retry from the budget, if it has one. */
  takeRetry(): boolean {
    const budget = afterRetry(this.#budget, this.nowMs(), this.settings.retryBudget);
    this.#budget = budget ?? this.#budget;
    return budget !== undefined;
  }

  /**
   * Makes a call as soon as there is a place for it.
   *
   * @param patience whose signal ends the wait for a place
   * @param judge decides what the breaker learns from the call; without one there is no breaker
   * @throws OutboundError `circuit-open` or `overloaded` without having called, and whatever the call throws
   */
  async pass<T>(
    call: () => Promise<T>,
    patience: { readonly signal: AbortSignal },
    judge: Judge<T> | undefined,
  ): Promise<T> {
    if (judge !== undefined) this.#admit(); // an open circuit answers at once, not after a wait for a place
    if (!this.#bulkhead.tryEnter() && !(await this.#bulkhead.enter(patience.signal))) throw overloaded(this.host);
    try {
      return judge === undefined ? await call() : await this.#callThroughBreaker(call, judge);
    } finally {
      this.#bulkhead.leave();
    }
  }

  async #callThroughBreaker<T>(call: () => Promise<T>, judge: Judge<T>): Promise<T> {
    const { circuit, permit } = this.#admit();
    this.#circuit = circuit;
    try {
      const answer = await call();
      this.#learn(permit, judge({ answer }));
      return answer;
    } catch (error) {
      this.#learn(permit, judge({ error }));
      throw error;
    }
  }

  #admit(): { circuit: Circuit; permit: Permit } {
    const admission = admit(this.#circuit, this.nowMs(), this.settings.circuitBreaker);
    if ('permit' in admission) return admission;
    throw circuitOpen(this.host, Math.ceil(admission.refusedForMs / 1000));
  }

  #learn(permit: Permit, outcome: CallOutcome): void {
    this.#circuit = afterCall(this.#circuit, permit, outcome, this.nowMs(), this.settings.circuitBreaker);
  }
}
