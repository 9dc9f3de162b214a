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

/** Of a call that has begun: what the breaker gave it, unless that is not asked. */
export type Pass = Permit | 'unjudged';

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
   * Lets a call begin if there is a place for it now; {@link enter} waits for one. Whoever gets a pass gives it back by {@link leave}.
   *
   * @param hasBreaker without one, the call may begin whatever became of others
   * @throws OutboundError `circuit-open`
   */
  tryEnter(hasBreaker: boolean): Pass | undefined {
    return this.#bulkhead.tryEnter() ? this.#passFor(hasBreaker) : undefined;
  }

  /**
   * @param patience ends the wait
   * @throws OutboundError `circuit-open` or `overloaded`
   */
  async enter(hasBreaker: boolean, patience: AbortSignal): Promise<Pass> {
    if (hasBreaker) this.#admit(); // an open circuit answers at once, not after a wait for a place
    if (!(await this.#bulkhead.enter(patience))) throw overloaded(this.host);
    return this.#passFor(hasBreaker);
  }

  leave(pass: Pass, outcome: CallOutcome): void {
    if (pass !== 'unjudged') {
      this.#circuit = afterCall(this.#circuit, pass, outcome, this.nowMs(), this.settings.circuitBreaker);
    }
    this.#bulkhead.leave();
  }

  #passFor(hasBreaker: boolean): Pass {
    if (!hasBreaker) return 'unjudged';
    try {
      const { circuit, permit } = this.#admit();
      this.#circuit = circuit;
      return permit;
    } catch (error) {
      this.#bulkhead.leave();
      throw error;
    }
  }

  #admit(): { circuit: Circuit; permit: Permit } {
    const admission = admit(this.#circuit, this.nowMs(), this.settings.circuitBreaker);
    if ('permit' in admission) return admission;
    throw circuitOpen(this.host, Math.ceil(admission.refusedForMs / 1000));
  }
}
