import { AppError } from '../errors/app-error.js';
import type { NamedQuota } from './quotas.js';
import type { Consumption } from './rate-limiter.js';

/** A quota that a request used, and what is left of it. */
export interface UsedQuota {
  quota: NamedQuota;
  left: Pick<Consumption, 'remaining' | 'resetSeconds'>;
  /** Whether the request was one too many. */
  isExceeded?: boolean;
}

/**
 * The header fields of draft-ietf-httpapi-ratelimit-headers with every quota that counted the request, and the customary
 * `X-RateLimit-*` with the one that is nearest to its end. All times are seconds from now.
 */
export function rateLimitHeaders(general: UsedQuota, route?: UsedQuota): Record<string, string> {
  const tightest = route !== undefined && route.left.remaining <= general.left.remaining ? route : general;
  return {
    'ratelimit-policy': route === undefined ? general.quota.policy : `${general.quota.policy}, ${route.quota.policy}`,
    ratelimit: route === undefined ? itemOf(general) : `${itemOf(general)}, ${itemOf(route)}`,
    'x-ratelimit-limit': String(tightest.quota.limit),
    'x-ratelimit-remaining': String(tightest.left.remaining),
    'x-ratelimit-reset': String(tightest.left.resetSeconds),
  };
}

/** The refusal; the filter sends `retryAfterSeconds` as `Retry-After`, which counts before `RateLimit`. */
export function tooManyRequests({ limit, windowMs, name }: NamedQuota, retryAfterSeconds: number): AppError {
  const windowSeconds = Math.ceil(windowMs / 1000);
  const message = `Too many requests: at most ${limit} in ${windowSeconds} s. Try again in ${retryAfterSeconds} s.`;
  return new AppError('too-many', 'rate-limit.exceeded', message, {
    retryAfterSeconds,
    details: { quota: name, limit, windowSeconds },
  });
}

const itemOf = ({ quota, left }: UsedQuota) => `"${quota.name}";r=${left.remaining};t=${left.resetSeconds}`;
