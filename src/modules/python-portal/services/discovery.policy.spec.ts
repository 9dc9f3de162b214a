import * as fc from 'fast-check';
import { afterLookup, nothingDiscovered, type Lookup } from './discovery.policy.js';

describe('discovery', () => {
  const lookup = fc.option(
    fc.record<Lookup>({
      urls: fc.array(fc.constantFrom('http://a', 'http://b', 'http://c'), { maxLength: 4 }),
      ttlMs: fc.integer({ min: 0, max: 10_000_000 }),
    }),
    { nil: undefined },
  );

  it('knows the last answer that named instances, whatever failed since, and always looks again', () => {
    fc.assert(
      fc.property(fc.array(lookup, { maxLength: 40 }), (lookups) => {
        let nowMs = 1_000;
        let discovery = nothingDiscovered;
        for (const each of lookups) {
          discovery = afterLookup(discovery, each, nowMs);
          expect(discovery.nextLookupAtMs).toBeGreaterThanOrEqual(nowMs + 1_000);
          expect(discovery.nextLookupAtMs).toBeLessThanOrEqual(nowMs + 300_000);
          nowMs = discovery.nextLookupAtMs;
        }
        const last = lookups.findLast((each) => each !== undefined && each.urls.length > 0);
        expect(discovery.urls).toEqual([...new Set(last?.urls)].toSorted());
      }),
    );
  });

  it('looks again after the TTL, and after failures soon, then less often', () => {
    const good = afterLookup(nothingDiscovered, { urls: ['http://a'], ttlMs: 60_000 }, 0);
    expect(good.nextLookupAtMs).toBe(60_000);
    const waits: number[] = [];
    let discovery = good;
    for (let time = 0; time < 7; time += 1) {
      discovery = afterLookup(discovery, undefined, 0);
      waits.push(discovery.nextLookupAtMs);
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    expect(discovery.urls).toEqual(['http://a']);
  });
});
