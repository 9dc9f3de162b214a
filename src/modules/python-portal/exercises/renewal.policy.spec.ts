import fc from 'fast-check';
import { renewalDelayMs } from './renewal.policy.js';

const interval = fc.integer({ min: 1, max: 3_600_000 });
const random = fc.double({ min: 0, max: 1, noNaN: true });
const now = new Date('2026-11-26T12:00:00Z');
const before = (ms: number) => new Date(now.getTime() - ms);

describe('renewalDelayMs', () => {
  it('renews a copy between its interval and a tenth later, whoever has read it', () => {
    fc.assert(
      fc.property(interval, random, fc.double({ min: 0, max: 1, noNaN: true }), (intervalMs, chance, part) => {
        const ageMs = Math.floor(part * intervalMs);
        const total = ageMs + renewalDelayMs(intervalMs, before(ageMs), now, chance);
        expect(total).toBeGreaterThanOrEqual(intervalMs - 1);
        expect(total).toBeLessThanOrEqual(intervalMs * 1.1 + 1);
      }),
    );
  });

  it('is never negative nor longer than the interval and a tenth, whatever the clocks say', () => {
    fc.assert(
      fc.property(interval, random, fc.integer({ min: -1e9, max: 1e9 }), (intervalMs, chance, ageMs) => {
        const delayMs = renewalDelayMs(intervalMs, before(ageMs), now, chance);
        expect(delayMs).toBeGreaterThanOrEqual(0);
        expect(delayMs).toBeLessThanOrEqual(intervalMs * 1.1);
      }),
    );
  });

  it('tries again soon after a failure, and not later than it would have anyway', () => {
    expect(renewalDelayMs(60_000, undefined, now, 0.5)).toBe(5_000);
    expect(renewalDelayMs(200, undefined, now, 0.5)).toBe(200);
  });
});
