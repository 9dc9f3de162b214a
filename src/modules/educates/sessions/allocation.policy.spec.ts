import fc from 'fast-check';
import { freePlaces, rankOffers, type Offer, type Places } from './allocation.policy.js';

const places: Places = {
  capacity: 10,
  allocated: 3,
  ready: 2,
  portalMaximum: null,
  portalAllocated: 50,
  requestedHere: 0,
  requestedOnPortal: 0,
};

const offer = (portal: string, fields: Partial<Offer> = {}): Offer => ({
  portal,
  portalUid: 'uid',
  environment: `${portal}-w01`,
  state: 'up',
  free: 5,
  ready: 0,
  ...fields,
});

const order = (...offers: Offer[]): string[] => rankOffers(offers).map(({ portal }) => portal);

describe('freePlaces', () => {
  it('takes a portal without a limit for a large one', () => {
    expect(freePlaces(places)).toEqual({ free: 7, ready: 2 });
  });

  it('is bound by the portal as well as by the environment', () => {
    expect(freePlaces({ ...places, portalMaximum: 52 })).toEqual({ free: 2, ready: 2 });
    expect(freePlaces({ ...places, portalMaximum: 50 })).toEqual({ free: 0, ready: 0 });
  });

  it('counts what we have asked for since', () => {
    expect(freePlaces({ ...places, requestedHere: 1, requestedOnPortal: 6 })).toEqual({ free: 6, ready: 1 });
    expect(freePlaces({ ...places, requestedHere: 20, requestedOnPortal: 20 })).toEqual({ free: 0, ready: 0 });
  });

  it('never promises more than there is', () => {
    const count = fc.nat({ max: 50 });
    const any = fc.record<Places>({
      capacity: count,
      allocated: count,
      ready: count,
      portalMaximum: fc.option(count),
      portalAllocated: count,
      requestedHere: count,
      requestedOnPortal: count,
    });
    fc.assert(
      fc.property(any, (some) => {
        const { free, ready } = freePlaces(some);
        expect(free).toBeGreaterThanOrEqual(0);
        expect(ready).toBeGreaterThanOrEqual(0);
        expect(ready).toBeLessThanOrEqual(free);
        expect(free).toBeLessThanOrEqual(some.capacity);
      }),
    );
  });
});

describe('rankOffers', () => {
  it('prefers most room', () => {
    expect(order(offer('a', { free: 2 }), offer('b', { free: 9 }), offer('c', { free: 4 }))).toEqual(['b', 'c', 'a']);
  });

  it('prefers a session that waits ready to more room', () => {
    expect(order(offer('a', { free: 90 }), offer('b', { free: 3, ready: 1 }))).toEqual(['b', 'a']);
  });

  it('prefers portals that work, and tries those that seem full last', () => {
    const offers = [
      offer('misconfigured', { state: 'misconfigured', free: 90 }),
      offer('down', { state: 'down', free: 90 }),
      offer('full', { free: 0 }),
      offer('shaky', { state: 'degraded', free: 90 }),
      offer('good', { free: 1 }),
    ];
    expect(order(...offers)).toEqual(['good', 'full', 'shaky', 'down', 'misconfigured']);
  });

  it('compares rooms without end', () => {
    const free = Number.POSITIVE_INFINITY;
    expect(order(offer('b', { free }), offer('c', { free: 1 }), offer('a', { free }))).toEqual(['a', 'b', 'c']);
  });

  it('loses and invents nothing, and does not depend on the order in which offers come', () => {
    const any = fc.uniqueArray(
      fc.record({
        portal: fc.string({ minLength: 1, maxLength: 3 }),
        free: fc.nat({ max: 4 }),
        ready: fc.nat({ max: 2 }),
      }),
      { selector: ({ portal }) => portal, maxLength: 8 },
    );
    fc.assert(
      fc.property(any, (list) => {
        const offers = list.map(({ portal, ...fields }) => offer(portal, fields));
        expect(order(...offers)).toEqual(order(...offers.toReversed()));
        expect(order(...offers).toSorted()).toEqual(list.map(({ portal }) => portal).toSorted());
      }),
    );
  });
});
