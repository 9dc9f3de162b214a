import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AppConfig } from '../config/app-config.js';
import { quotasOf } from './quotas.js';
import { rateLimitHeaders, tooManyRequests } from './rate-limit-headers.js';
import type { RateLimitKeys } from './rate-limit-keys.js';
import type { RateLimiter } from './rate-limiter.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the guard. Requests that never reach it (no such route, an unreadable body) are counted when they are answered. */
    isCounted: boolean;
  }
}

/**
 * Closes the two gaps of a guard, which runs late and for routes only: a caller known to have used up its general quota is refused
 * before its body is read, and requests that reach no guard are counted too. Preflights are neither, because browsers send them
 * without the token that would tell whose they are.
 */
export function limitStrayRequests(
  server: FastifyInstance,
  config: AppConfig,
  limiter: RateLimiter,
  keys: RateLimitKeys,
): void {
  const quotas = quotasOf(config);
  server.decorateRequest('isCounted', false);
  server.decorateRequest('rateLimitCaller', undefined);

  server.addHook('onRequest', (request, reply, done) => {
    if (isExempt(request)) return done();
    const caller = keys.callerOf(request);
    const resetSeconds = limiter.secondsUntilFree(caller.key);
    if (resetSeconds === 0) return done();
    request.isCounted = true;
    const quota = quotas[caller.kind];
    reply.headers(rateLimitHeaders({ quota, left: { remaining: 0, resetSeconds } }));
    done(tooManyRequests(quota, resetSeconds));
  });

  server.addHook('onResponse', (request, _reply, done) => {
    if (!request.isCounted && !isExempt(request)) {
      const caller = keys.callerOf(request);
      void limiter.consume(caller.key, quotas[caller.kind]);
    }
    done();
  });
}

const isExempt = ({ method, routeOptions }: FastifyRequest) =>
  method === 'OPTIONS' || routeOptions.config.isUnlimited === true;
