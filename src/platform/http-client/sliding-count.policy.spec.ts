import * as fc from 'fast-check';
import { countOne, countWithin, emptyCount } from './sliding-count.policy.js';

const windowMs = 1000;

describe('SlidingCount', () => {
  it('counts what happened in the current window', () => {
    const count = countOne(countOne(emptyCount, 5000, windowMs), 5999, windowMs);
    expect(countWithin(count, 5999, windowMs)).toBe(2);
  });

  it('lets the window before fade', () => {
    let count = emptyCount;
    for (let i = 0; i < 8; i += 1) count = countOne(count, 5000, windowMs);
    expect(countWithin(count, 6000, windowMs)).toBe(8);
    expect(countWithin(count, 6250, windowMs)).toBe(6);
    expect(countWithin(count, 6999, windowMs)).toBeLessThan(0.01);
    expect(countWithin(count, 7000, windowMs)).toBe(0);
  });

  it('lies between what the last window and the last two windows hold', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(400), { minLength: 1, maxLength: 60 }), (gaps) => {
        const times: number[] = [];
        let count = emptyCount;
        let nowMs = 10_000;
        for (const gap of gaps) {
          nowMs += gap;
          times.push(nowMs);
          count = countOne(count, nowMs, windowMs);
          const windowStart = Math.floor(nowMs / windowMs) * windowMs;
          const counted = countWithin(count, nowMs, windowMs);
          expect(counted).toBeGreaterThanOrEqual(times.filter((time) => time >= windowStart).length);
          expect(counted).toBeLessThanOrEqual(times.filter((time) => time > nowMs - 2 * windowMs).length);
        }
      }),
    );
  });
});
