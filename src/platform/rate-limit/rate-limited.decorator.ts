import { SetRoute } from '../http/route-settings.js';
import type { QuotaName } from './quotas.js';

/**
 * Gives a route a stricter quota of its own, beside the general one of its caller. It counts by caller, or by address alone where
 * callers get their identity, so that a new account brings no new attempts.
 */
export const RateLimited = (name: QuotaName, { by: countsBy = 'caller' }: { by?: 'caller' | 'address' } = {}) =>
  SetRoute({ rateLimit: { name, countsBy } });

/** For probes: what load balancers and monitors ask must work most of all when there is too much traffic. */
export const Unlimited = () => SetRoute({ isUnlimited: true });
