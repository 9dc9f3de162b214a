import type { PortalState } from '../portals/portal-state.policy.js';

/** A place where a workshop can be requested. */
export interface Offer {
  portal: string;
  portalUid: string;
  environment: string;
  state: PortalState;
  /** Places that are free now, as far as we know; Infinity without a limit. */
  free: number;
  /** Of them, those where a session waits ready. */
  ready: number;
}

/** What a portal said of its places, and what we have asked of it since. */
export interface Places {
  capacity: number;
  allocated: number;
  ready: number;
  /** Of the whole portal; null without a limit. */
  portalMaximum: number | null;
  portalAllocated: number;
  /** Our requests that the portal's figures do not hold yet. */
  requestedHere: number;
  requestedOnPortal: number;
}

/** The places that are left: the environment's, and no more than the portal's. A portal without a limit has plenty, not one. */
export function freePlaces(places: Places): { free: number; ready: number } {
  const inEnvironment = places.capacity - places.allocated - places.requestedHere;
  const onPortal =
    places.portalMaximum === null
      ? Number.POSITIVE_INFINITY
      : places.portalMaximum - places.portalAllocated - places.requestedOnPortal;
  const free = Math.max(0, Math.min(inEnvironment, onPortal));
  return { free, ready: Math.max(0, Math.min(places.ready - places.requestedHere, free)) };
}

const order: Record<PortalState, number> = { up: 0, degraded: 1, down: 2, misconfigured: 3 };

/**
 * The offers in the order in which to try them: portals that work first, then those with room, with a session that waits ready, with
 * the most free places. What seems to be full comes last, and is tried all the same: the portal alone knows.
 */
export function rankOffers<Ranked extends Offer>(offers: readonly Ranked[]): Ranked[] {
  return offers.toSorted(
    (left, right) =>
      order[left.state] - order[right.state] ||
      Number(right.free > 0) - Number(left.free > 0) ||
      Number(right.ready > 0) - Number(left.ready > 0) ||
      compare(right.free, left.free) ||
      left.portal.localeCompare(right.portal),
  );
}

/** Not a difference: that of two infinities is no number. */
const compare = (left: number, right: number): number => (left === right ? 0 : left < right ? -1 : 1);
