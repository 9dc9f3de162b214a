import type { HealthContributor } from '../health/health-registry.js';
import type { Broadcast } from './broadcast.js';
import type { RedisConnection } from './redis-connection.js';

/** Redis never fails the service: without it, limits, caches and revocations hold in each process by itself. */
export function redisHealth(redis: RedisConnection, broadcast: Broadcast): HealthContributor {
  return {
    name: 'redis',
    isRequired: false,
    async check() {
      if (redis.client === undefined) {
        return { status: 'pass', note: 'Not configured: limits and caches are kept in this process' };
      }
      if (!redis.isReady) {
        return { status: 'warn', note: 'Away: limits and caches are kept in each process until it is back' };
      }
      if (!broadcast.isHearing) {
        return {
          status: 'warn',
          note: 'Messages of other processes do not arrive: sessions are read from the database',
        };
      }
      const startedAtMs = performance.now();
      await redis.client.ping();
      return { status: 'pass', details: { roundTripMs: Math.round((performance.now() - startedAtMs) * 10) / 10 } };
    },
  };
}
