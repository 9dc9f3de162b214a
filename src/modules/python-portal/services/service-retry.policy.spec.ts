import * as fc from 'fast-check';
import { isSurelyNotDone, servicePauseMs, type FinishedServiceAttempt } from './service-retry.policy.js';

const settings = { baseDelayMs: 50, maxDelayMs: 2_000 };
const finished: FinishedServiceAttempt = {
  attempt: 1,
  outcome: 503,
  retryAfter: undefined,
  remainingMs: 10_000,
  now: new Date('2026-11-20T12:00:00Z'),
  isIdempotent: true,
  hasOther: true,
};
const outcome = fc.constantFrom<FinishedServiceAttempt['outcome']>(
  200,
  400,
  422,
  429,
  500,
  502,
  503,
  504,
  'timeout',
  'connection-refused',
  'connection-reset',
  'name-not-resolved',
  'unreachable',
  'tls-failed',
  'overloaded',
);

describe('servicePauseMs', () => {
  it('sends what is not idempotent again only when it was surely not carried out, and never past the deadline', () => {
    const attempt = fc.record({
      ...Object.fromEntries(Object.entries(finished).map(([key, value]) => [key, fc.constant(value)])),
      attempt: fc.integer({ min: 1, max: 10 }),
      outcome,
      retryAfter: fc.option(fc.nat(20).map(String), { nil: undefined }),
      remainingMs: fc.nat(30_000),
      isIdempotent: fc.boolean(),
      hasOther: fc.boolean(),
    }) as unknown as fc.Arbitrary<FinishedServiceAttempt>;
    fc.assert(
      fc.property(attempt, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (each, random) => {
        const pauseMs = servicePauseMs(each, settings, random);
        if (pauseMs === undefined) return;
        expect(pauseMs).toBeLessThan(each.remainingMs);
        if (!each.isIdempotent) expect(isSurelyNotDone(each.outcome)).toBe(true);
        if (!each.hasOther) expect(pauseMs).toBeGreaterThanOrEqual(Number(each.retryAfter ?? 0) * 1_000);
      }),
    );
  });

  it('waits for Retry-After only when no other instance can take it', () => {
    expect(servicePauseMs({ ...finished, retryAfter: '7' }, settings, 0)).toBe(0);
    expect(servicePauseMs({ ...finished, retryAfter: '7', hasOther: false }, settings, 0)).toBe(7_000);
    expect(servicePauseMs({ ...finished, retryAfter: '11', hasOther: false }, settings, 0)).toBeUndefined();
  });

  it('takes a timed out or broken run for perhaps done', () => {
    for (const outcome of ['timeout', 'connection-reset', 500, 502, 504] as const) {
      expect(servicePauseMs({ ...finished, outcome, isIdempotent: false }, settings, 0)).toBeUndefined();
    }
    for (const outcome of ['connection-refused', 'unreachable', 429, 503] as const) {
      expect(servicePauseMs({ ...finished, outcome, isIdempotent: false }, settings, 0)).toBe(0);
    }
  });
});
