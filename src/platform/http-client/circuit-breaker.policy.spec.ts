import * as fc from 'fast-check';
import {
  admit,
  afterCall,
  closedCircuit,
  type CallOutcome,
  type Circuit,
  type Permit,
} from './circuit-breaker.policy.js';
import type { CircuitBreakerSettings } from './resilience-settings.js';

const settings: CircuitBreakerSettings = {
  consecutiveFailures: 5,
  failureRatio: 0.5,
  minimumCalls: 10,
  windowMs: 30_000,
  openMs: 10_000,
  maxOpenMs: 40_000,
};

/** A breaker with a clock that the test turns. */
class Harness {
  circuit: Circuit = closedCircuit;
  nowMs = 100_000;

  begin(): Permit | undefined {
    const admission = admit(this.circuit, this.nowMs, settings);
    if (!('permit' in admission)) return undefined;
    this.circuit = admission.circuit;
    return admission.permit;
  }

  end(permit: Permit | undefined, outcome: CallOutcome): void {
    if (permit === undefined) throw new Error('the circuit is open');
    this.circuit = afterCall(this.circuit, permit, outcome, this.nowMs, settings);
  }

  call(...outcomes: CallOutcome[]): void {
    for (const outcome of outcomes) this.end(this.begin(), outcome);
  }

  refusedForMs(): number | undefined {
    const admission = admit(this.circuit, this.nowMs, settings);
    return 'permit' in admission ? undefined : admission.refusedForMs;
  }
}

const times = (count: number, outcome: CallOutcome): CallOutcome[] => Array.from({ length: count }, () => outcome);

describe('the circuit breaker', () => {
  let breaker: Harness;
  beforeEach(() => {
    breaker = new Harness();
  });

  it('opens at the fifth failure in a row and says for how long', () => {
    breaker.call(...times(4, 'failed'));
    expect(breaker.refusedForMs()).toBeUndefined();
    breaker.call('failed');
    expect(breaker.refusedForMs()).toBe(10_000);
    breaker.nowMs += 4000;
    expect(breaker.refusedForMs()).toBe(6000);
  });

  it('starts counting anew with a success', () => {
    breaker.call(...times(4, 'failed'), 'succeeded', ...times(4, 'failed'));
    expect(breaker.refusedForMs()).toBeUndefined();
  });

  it('opens when half of at least ten calls failed', () => {
    breaker.call(
      'succeeded',
      'failed',
      'succeeded',
      'failed',
      'succeeded',
      'failed',
      'succeeded',
      'failed',
      'succeeded',
    );
    expect(breaker.refusedForMs()).toBeUndefined();
    breaker.call('failed');
    expect(breaker.refusedForMs()).toBe(10_000);
  });

  it('forgets what is older than two windows', () => {
    breaker.call(
      'succeeded',
      'failed',
      'succeeded',
      'failed',
      'succeeded',
      'failed',
      'succeeded',
      'failed',
      'succeeded',
    );
    breaker.nowMs += 60_000;
    breaker.call('failed');
    expect(breaker.refusedForMs()).toBeUndefined();
  });

  it('pays no heed to calls that say nothing', () => {
    breaker.call(...times(4, 'failed'), ...times(20, 'ignored'));
    expect(breaker.refusedForMs()).toBeUndefined();
    breaker.call('failed');
    expect(breaker.refusedForMs()).toBe(10_000);
  });

  it('lets a single probe through after the wait, and closes when that succeeds', () => {
    breaker.call(...times(5, 'failed'));
    breaker.nowMs += 10_000;
    const probe = breaker.begin();
    expect(probe).toBeDefined();
    expect(breaker.begin()).toBeUndefined();
    breaker.end(probe, 'succeeded');
    breaker.call(...times(4, 'failed'));
    expect(breaker.refusedForMs()).toBeUndefined();
  });

  it('waits twice as long after each failed probe, up to the maximum, and forgets that after a success', () => {
    breaker.call(...times(5, 'failed'));
    for (const waitMs of [10_000, 20_000, 40_000, 40_000]) {
      expect(breaker.refusedForMs()).toBe(waitMs);
      breaker.nowMs += waitMs;
      breaker.call('failed');
    }
    breaker.nowMs += 40_000;
    breaker.call('succeeded', ...times(5, 'failed'));
    expect(breaker.refusedForMs()).toBe(10_000);
  });

  it('probes again when the probe said nothing', () => {
    breaker.call(...times(5, 'failed'));
    breaker.nowMs += 10_000;
    breaker.call('ignored');
    expect(breaker.begin()).toBeDefined();
  });

  it('is not moved by calls that began before it opened', () => {
    const early = Array.from({ length: 8 }, () => breaker.begin());
    breaker.call(...times(5, 'failed'));
    for (const permit of early.slice(0, 6)) breaker.end(permit, 'failed');
    breaker.end(early[6], 'succeeded');
    expect(breaker.refusedForMs()).toBe(10_000);
    breaker.nowMs += 10_000;
    const probe = breaker.begin();
    breaker.end(early[7], 'failed');
    breaker.end(probe, 'succeeded');
    expect(breaker.refusedForMs()).toBeUndefined();
  });

  it('never has two probes out and never stays shut once upstream is well, whatever the history', () => {
    const step = fc.record({
      waitMs: fc.nat(20_000),
      outcome: fc.constantFrom<CallOutcome>('succeeded', 'failed', 'ignored'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const harness = new Harness();
        for (const { waitMs, outcome } of steps) {
          harness.nowMs += waitMs;
          const permit = harness.begin();
          if (permit === undefined) continue;
          if (permit.isProbe) expect(harness.begin()).toBeUndefined();
          harness.end(permit, outcome);
        }
        harness.nowMs += settings.maxOpenMs;
        harness.call('succeeded');
        expect(harness.refusedForMs()).toBeUndefined();
      }),
    );
  });
});
