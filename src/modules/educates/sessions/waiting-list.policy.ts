import { rankOffers, type Offer } from './allocation.policy.js';

/**
 * Where somebody who waits can go now, the best first: nowhere where nothing is free, and nowhere where we may have no more sessions.
 * Unlike somebody who asks now, they need not try what seems to be full.
 *
 * @param full names of portals on which we may have no more sessions
 */
export function placesFor<Place extends Offer>(offers: readonly Place[], full: ReadonlySet<string>): Place[] {
  const isOpen = ({ portal, state, free }: Place): boolean =>
    free > 0 && !full.has(portal) && (state === 'up' || state === 'degraded');
  return rankOffers(offers.filter(isOpen));
}
