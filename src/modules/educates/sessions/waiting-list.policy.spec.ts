import fc from 'fast-check';
import type { Offer } from './allocation.policy.js';
import { placesFor } from './waiting-list.policy.js';

const offer = fc.record<Offer>({
  portal: fc.constantFrom('a', 'b', 'c'),
  portalUid: fc.constant('1'),
  environment: fc.constant('w01'),
  state: fc.constantFrom('up', 'degraded', 'down', 'misconfigured'),
  free: fc.constantFrom(0, 1, 7, Number.POSITIVE_INFINITY),
  ready: fc.constantFrom(0, 1),
});
const full = fc.uniqueArray(fc.constantFrom('a', 'b', 'c')).map((names) => new Set<string>(names));

describe('the places for somebody who waits', () => {
  it('are free, on portals that work and where we may have more', () => {
    fc.assert(
      fc.property(fc.array(offer), full, (offers, fullPortals) => {
        for (const { free, portal, state } of placesFor(offers, fullPortals)) {
          expect(free).toBeGreaterThan(0);
          expect(fullPortals.has(portal)).toBe(false);
          expect(['up', 'degraded']).toContain(state);
        }
      }),
    );
  });

  it('leave none out', () => {
    fc.assert(
      fc.property(fc.array(offer), (offers) => {
        const isPlace = (each: Offer) => each.free > 0 && ['up', 'degraded'].includes(each.state);
        expect(placesFor(offers, new Set())).toHaveLength(offers.filter(isPlace).length);
      }),
    );
  });
});
