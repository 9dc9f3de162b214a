import fc from 'fast-check';
import { pauseAfterRejectionMs, renewAfterMs } from './token-lifetime.policy.js';

const tenHoursMs = 36_000_000;
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('renewAfterMs', () => {
  it('renews a token of ten hours five to ten minutes before its end', () => {
    expect(renewAfterMs(tenHoursMs, 0)).toBe(tenHoursMs - 300_000);
    fc.assert(
      fc.property(random, (value) => {
        const earlyMs = tenHoursMs - renewAfterMs(tenHoursMs, value);
        expect(earlyMs).toBeGreaterThanOrEqual(300_000);
        expect(earlyMs).toBeLessThanOrEqual(600_000);
      }),
    );
  });

  it('spreads replicas that logged in together', () => {
    expect(renewAfterMs(tenHoursMs, 0.9)).toBeLessThan(renewAfterMs(tenHoursMs, 0.1));
  });

  it('uses any token for most of its life, and renews it before its end', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1000, max: 10 ** 9 }), random, (lifetimeMs, value) => {
        const afterMs = renewAfterMs(lifetimeMs, value);
        expect(afterMs).toBeGreaterThanOrEqual(0.79 * lifetimeMs);
        expect(afterMs).toBeLessThan(lifetimeMs);
      }),
    );
  });
});

it('leaves a portal that refuses us alone for longer each time, up to half an hour', () => {
  expect([1, 2, 3, 6, 60].map(pauseAfterRejectionMs)).toEqual([60_000, 120_000, 240_000, 1_800_000, 1_800_000]);
});
