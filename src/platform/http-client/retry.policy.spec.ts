import * as fc from 'fast-check';
import type { FailureReason } from './failure-reason.js';
import { isIdempotentMethod, parseRetryAfterMs, retryDelayMs, type FinishedAttempt } from './retry.policy.js';

const now = new Date('2026-03-01T12:00:00Z');
const settings = { baseDelayMs: 100, maxDelayMs: 5000 };
const failed: FinishedAttempt = { attempt: 1, outcome: 503, retryAfter: undefined, remainingMs: 60_000, now };

describe('retryDelayMs', () => {
  it.each([429, 502, 503, 504, 'timeout', 'connection-refused', 'connection-reset', 'unreachable'] as const)(
    'retries after %s',
    (outcome) => expect(retryDelayMs({ ...failed, outcome }, settings, 0.5)).toBe(50),
  );

  const final: (number | FailureReason)[] = [200, 301, 400, 404, 408, 500, 501];
  it.each([...final, 'tls-failed', 'not-public', 'response-too-large', 'circuit-open', 'overloaded'] as const)(
    'does not retry after %s',
    (outcome) => expect(retryDelayMs({ ...failed, outcome }, settings, 0.5)).toBeUndefined(),
  );

  it('doubles the range of the pause with each attempt, up to the maximum', () => {
    const longest = [1, 2, 3, 6, 7, 50].map((attempt) => retryDelayMs({ ...failed, attempt }, settings, 1));
    expect(longest).toEqual([100, 200, 400, 3200, 5000, 5000]);
  });

  it('waits at least as long as the upstream asks', () => {
    expect(retryDelayMs({ ...failed, retryAfter: '7' }, settings, 0)).toBe(7000);
    expect(retryDelayMs({ ...failed, retryAfter: 'Sun, 01 Mar 2026 12:00:09 GMT' }, settings, 0.5)).toBe(9050);
  });

  it('gives up when the wait would outlast the deadline', () => {
    expect(retryDelayMs({ ...failed, retryAfter: '60' }, settings, 0)).toBeUndefined();
    expect(retryDelayMs({ ...failed, remainingMs: 10 }, settings, 0.5)).toBeUndefined();
    expect(retryDelayMs({ ...failed, remainingMs: -5 }, settings, 0)).toBeUndefined();
  });

  it('stays within the backoff range and before the deadline, whatever comes', () => {
    const anyAttempt = fc.record({
      attempt: fc.integer({ min: 1, max: 100 }),
      outcome: fc.constantFrom<FinishedAttempt['outcome']>(429, 503, 200, 'timeout', 'tls-failed'),
      retryAfter: fc.option(fc.oneof(fc.string(), fc.nat().map(String)), { nil: undefined }),
      remainingMs: fc.integer({ min: -1000, max: 100_000 }),
      now: fc.constant(now),
    });
    fc.assert(
      fc.property(anyAttempt, fc.double({ min: 0, max: 0.999, noNaN: true }), (attempt, random) => {
        const delayMs = retryDelayMs(attempt, settings, random);
        if (delayMs === undefined) return;
        const askedMs = parseRetryAfterMs(attempt.retryAfter, now) ?? 0;
        expect(delayMs).toBeGreaterThanOrEqual(askedMs);
        expect(delayMs).toBeLessThanOrEqual(askedMs + settings.maxDelayMs);
        expect(delayMs).toBeLessThan(attempt.remainingMs);
      }),
    );
  });
});

describe('parseRetryAfterMs', () => {
  it.each([
    ['0', 0],
    [' 120 ', 120_000],
    ['Sun, 01 Mar 2026 12:01:00 GMT', 60_000],
    ['Sunday, 01-Mar-26 12:01:00 GMT', 60_000],
    ['Sun, 01 Mar 2026 11:00:00 GMT', 0],
    ['1.5', undefined],
    ['-3', undefined],
    ['soon', undefined],
    ['2026-03-01', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('reads %j as %j ms', (header, expected) => expect(parseRetryAfterMs(header, now)).toBe(expected));
});

describe('isIdempotentMethod', () => {
  it.each([
    ['GET', true],
    ['HEAD', true],
    ['OPTIONS', true],
    ['PUT', true],
    ['DELETE', true],
    ['POST', false],
    ['PATCH', false],
  ] as const)('%s: %s', (method, expected) => expect(isIdempotentMethod(method)).toBe(expected));
});
