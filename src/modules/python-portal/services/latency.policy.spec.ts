import * as fc from 'fast-check';
import { afterSample, expectedLatencyMs, type Latency } from './latency.policy.js';

describe('latency', () => {
  const samples = fc.array(
    fc.record({ waitMs: fc.integer({ min: 0, max: 30_000 }), ms: fc.integer({ min: 0, max: 60_000 }) }),
    { minLength: 1, maxLength: 100 },
  );

  it('stays between the least and the greatest sample', () => {
    fc.assert(
      fc.property(samples, (calls) => {
        let nowMs = 0;
        let latency: Latency | undefined;
        for (const { waitMs, ms } of calls) {
          nowMs += waitMs;
          latency = afterSample(latency, ms, nowMs);
        }
        const all = calls.map(({ ms }) => ms);
        expect(latency?.averageMs).toBeGreaterThanOrEqual(Math.min(...all) - 1e-6);
        expect(latency?.averageMs).toBeLessThanOrEqual(Math.max(...all) + 1e-6);
      }),
    );
  });

  it('follows a change for good', () => {
    let latency: Latency | undefined;
    for (let call = 0; call < 50; call += 1) latency = afterSample(latency, 1_000, call * 100);
    for (let call = 50; call < 120; call += 1) latency = afterSample(latency, 10, call * 100);
    expect(latency?.averageMs).toBeLessThan(20);
  });

  it('fades while nobody calls, so that a slow instance is tried again', () => {
    const slow = afterSample(undefined, 5_000, 0);
    expect(expectedLatencyMs(slow, 0)).toBe(5_000);
    expect(expectedLatencyMs(slow, 100_000)).toBeLessThan(1);
  });
});
