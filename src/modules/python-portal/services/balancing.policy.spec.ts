import * as fc from 'fast-check';
import { chooseOne, costOf, shareOf, type Candidate } from './balancing.policy.js';

const settings = { slowStartMs: 30_000 };
const nowMs = 100_000;

const candidate = fc.record<Candidate>({
  latency: fc.option(fc.record({ averageMs: fc.integer({ min: 0, max: 60_000 }), atMs: fc.constant(nowMs) }), {
    nil: undefined,
  }),
  inFlight: fc.nat(100),
  warmingSinceMs: fc.option(fc.integer({ min: 0, max: nowMs }), { nil: undefined }),
});
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

const quick: Candidate = { latency: { averageMs: 10, atMs: nowMs }, inFlight: 0, warmingSinceMs: undefined };

describe('balancing', () => {
  it('chooses one of the candidates, and of two the cheaper', () => {
    fc.assert(
      fc.property(fc.array(candidate, { maxLength: 8 }), fc.array(random, { minLength: 2 }), (candidates, numbers) => {
        let at = 0;
        const chosen = chooseOne(candidates, nowMs, settings, () => numbers[at++ % numbers.length] as number);
        if (candidates.length === 0) return expect(chosen).toBeUndefined();
        expect(candidates).toContain(chosen);
        if (candidates.length === 2) {
          const costs = candidates.map((each) => costOf(each, nowMs, settings));
          expect(costOf(chosen as Candidate, nowMs, settings)).toBe(Math.min(...costs));
        }
      }),
    );
  });

  it('never chooses the one that is dearer than all others', () => {
    fc.assert(
      fc.property(random, random, (one, other) => {
        const numbers = [one, other];
        const slow: Candidate = { ...quick, latency: { averageMs: 500, atMs: nowMs } };
        const chosen = chooseOne([quick, slow, { ...quick }], nowMs, settings, () => numbers.shift() as number);
        expect(chosen).not.toBe(slow);
      }),
    );
  });

  it('costs more with more latency, more calls in flight and less warmth', () => {
    fc.assert(
      fc.property(candidate, fc.integer({ min: 1, max: 50 }), (each, more) => {
        const cost = costOf(each, nowMs, settings);
        expect(costOf({ ...each, inFlight: each.inFlight + more }, nowMs, settings)).toBeGreaterThan(cost);
        expect(costOf({ ...each, warmingSinceMs: nowMs }, nowMs, settings)).toBeGreaterThanOrEqual(cost);
        expect(cost).toBeGreaterThan(0);
      }),
    );
  });

  it('gives a new instance a tenth at first and its whole share after the slow start', () => {
    const since = (warmingSinceMs: number) => shareOf({ ...quick, warmingSinceMs }, nowMs, settings);
    expect(since(nowMs)).toBe(0.1);
    expect(since(nowMs - 15_000)).toBe(0.5);
    expect(since(nowMs - 30_000)).toBe(1);
    expect(shareOf(quick, nowMs, settings)).toBe(1);
  });
});
