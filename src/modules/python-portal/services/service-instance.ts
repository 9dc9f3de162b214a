import { createHash } from 'node:crypto';
import {
  admit,
  afterCall,
  closedCircuit,
  type CallOutcome,
  type Circuit,
  type Permit,
} from '../../../platform/http-client/circuit-breaker.policy.js';
import type { Candidate } from './balancing.policy.js';
import { failedChecksThatEject, type EjectionCandidate } from './ejection.policy.js';
import { afterSample, expectedLatencyMs, type Latency } from './latency.policy.js';
import type { ServiceSettings } from './service-settings.js';

/** A call that fails at once must not make its instance look quick. */
const failureLatencyMs = 1_000;

export type BreakerState = 'closed' | 'open' | 'half-open';

/** One instance of a service and what is known of it. Times are monotonic milliseconds. */
export class ServiceInstance implements Candidate, EjectionCandidate {
  readonly id: string;
  inFlight = 0;
  isDrained = false;
  failedChecks = 0;
  /** Calls since this process began. */
  calls = 0;
  failures = 0;
  lastError: { message: string; at: Date } | undefined;
  #circuit: Circuit = closedCircuit;
  #latency: Latency | undefined;
  #restUntilMs = 0;
  #warmingSinceMs: number | undefined;

  /** @param url without trailing slash; what it says of user and password is for calls only */
  constructor(
    readonly url: string,
    isNew: boolean,
    private readonly settings: ServiceSettings,
    private readonly nowMs: () => number,
  ) {
    this.id = createHash('sha256').update(this.publicUrl).digest('hex').slice(0, 8);
    this.#warmingSinceMs = isNew ? nowMs() : undefined;
  }

  /** The address without credentials, for administrators. */
  get publicUrl(): string {
    const url = new URL(this.url);
    url.username = '';
    url.password = '';
    return url.href;
  }

  get latency(): Latency | undefined {
    return this.#latency;
  }

  get warmingSinceMs(): number | undefined {
    return this.#warmingSinceMs;
  }

  get expectedLatencyMs(): number | undefined {
    return this.#latency && expectedLatencyMs(this.#latency, this.nowMs());
  }

  get breaker(): BreakerState {
    if (this.#circuit.probeFromMs === undefined) return 'closed';
    return this.nowMs() < this.#circuit.probeFromMs ? 'open' : 'half-open';
  }

  get isOut(): boolean {
    return this.breaker === 'open';
  }

  get isHealthy(): boolean {
    return this.failedChecks < failedChecksThatEject;
  }

  get isWarming(): boolean {
    return this.#warmingSinceMs !== undefined && this.nowMs() - this.#warmingSinceMs < this.settings.slowStartMs;
  }

  /** How long to stay away from it, by its breaker and by what it asked for; 0 when it may be called. */
  get refusedForMs(): number {
    const admission = admit(this.#circuit, this.nowMs(), this.settings.circuitBreaker);
    const circuitMs = 'permit' in admission ? 0 : admission.refusedForMs;
    return Math.max(circuitMs, this.#restUntilMs - this.nowMs(), 0);
  }

  /** Takes leave to make one call, to be given back by `end`. Undefined when the breaker refuses. */
  begin(): Permit | undefined {
    const admission = admit(this.#circuit, this.nowMs(), this.settings.circuitBreaker);
    if (!('permit' in admission)) return undefined;
    this.#circuit = admission.circuit;
    this.inFlight += 1;
    this.calls += 1;
    return admission.permit;
  }

  end(permit: Permit, outcome: CallOutcome, durationMs: number, problem: string | undefined): void {
    this.inFlight -= 1;
    if (outcome === 'failed') this.failures += 1;
    if (outcome !== 'ignored') {
      const sampleMs = outcome === 'failed' ? Math.max(durationMs, failureLatencyMs) : durationMs;
      this.#latency = afterSample(this.#latency, sampleMs, this.nowMs());
    }
    if (problem !== undefined) this.lastError = { message: problem, at: new Date() };
    this.#learn(permit, outcome);
  }

  /** Nobody listens there, which is as good as failed health checks; the next check that succeeds brings it back. */
  refused(): void {
    this.failedChecks = Math.max(this.failedChecks, failedChecksThatEject);
  }

  /** The result of a health check. While the breaker waits for a probe, the check is one. */
  endCheck(isHealthy: boolean, problem: string | undefined): void {
    if (isHealthy && !this.isHealthy) this.#warmUp();
    this.failedChecks = isHealthy ? 0 : this.failedChecks + 1;
    if (problem !== undefined) this.lastError = { message: problem, at: new Date() };
    const admission = admit(this.#circuit, this.nowMs(), this.settings.circuitBreaker);
    if (!('permit' in admission) || !admission.permit.isProbe) return;
    this.#circuit = admission.circuit;
    this.#learn(admission.permit, isHealthy ? 'succeeded' : 'failed');
  }

  /** Leaves it alone for as long as it asked. */
  rest(forMs: number): void {
    this.#restUntilMs = this.nowMs() + Math.min(forMs, this.settings.maxRestMs);
  }

  restore(): void {
    if (!this.isDrained) return;
    this.isDrained = false;
    this.#warmUp();
  }

  #learn(permit: Permit, outcome: CallOutcome): void {
    const before = this.#circuit;
    this.#circuit = afterCall(before, permit, outcome, this.nowMs(), this.settings.circuitBreaker);
    if (before.probeFromMs !== undefined && this.#circuit.probeFromMs === undefined) this.#warmUp();
  }

  #warmUp(): void {
    this.#warmingSinceMs = this.nowMs();
  }
}
