import fc from 'fast-check';
import { nextTokenAt, refill, type Bucket, type DeliveryRate } from './rate-limit.policy.js';

const rates = fc.record({ count: fc.integer({ min: 1, max: 200 }), periodSeconds: fc.constantFrom(1, 60) });

/** Takes whatever there is at each of some times. */
function takeAll(rate: DeliveryRate, times: number[]): { at: number; taken: number }[] {
  let bucket: Bucket = { tokens: null, refilledAt: null };
  return times.map((at) => {
    const tokens = refill(bucket, rate, new Date(at));
    const taken = Math.floor(tokens);
    bucket = { tokens: tokens - taken, refilledAt: new Date(at) };
    return { at, taken };
  });
}

describe('the rate limit', () => {
  it('is never exceeded, in whichever window', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(rates, steps, (rate, pauses) => {
        const times: number[] = [];
        for (const pause of pauses) times.push((times.at(-1) ?? 0) + pause);
        const takes = takeAll(rate, times);
        return takes.every(({ at: start }) => {
          const within = takes.filter(({ at }) => at >= start && at < start + rate.periodSeconds * 1000);
          return within.reduce((sum, { taken }) => sum + taken, 0) <= rate.count;
        });
      }),
    );
  });

  it('lets nearly as many through as it allows', () => {
    const rate = { count: 60, periodSeconds: 60 };
    const everySecond = Array.from({ length: 600 }, (_, second) => second * 1000);
    const sum = takeAll(rate, everySecond).reduce((total, { taken }) => total + taken, 0);
    expect(sum).toBeGreaterThanOrEqual(0.9 * 600);
  });

  it('says when the next may go, and then it may', () => {
    fc.assert(
      fc.property(rates, fc.double({ min: 0, max: 1, noNaN: true }), (rate, tokens) => {
        const now = new Date(1_000_000);
        const at = nextTokenAt(tokens, rate, now);
        return refill({ tokens, refilledAt: now }, rate, at) >= 1 - 1e-9;
      }),
    );
  });

  it('is not upset by a clock that goes back', () => {
    expect(refill({ tokens: 0.5, refilledAt: new Date(5000) }, { count: 1, periodSeconds: 1 }, new Date(0))).toBe(0.5);
  });
});
