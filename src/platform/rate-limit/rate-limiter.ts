import { Injectable } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { LRUCache } from 'lru-cache';
import { RateLimiterRedis, type RateLimiterAbstract } from 'rate-limiter-flexible';
import { RedisConnection } from '../redis/redis-connection.js';
import { BoundedMemoryLimiter } from './bounded-memory-limiter.js';
import type { Quota } from './quotas.js';

/** Keys counted in memory, some 300 bytes each. */
const maxKeys = 100_000;
/** Exhausted keys that are refused without asking the store. */
const maxExhaustedKeys = 10_000;
/** The store only counts; what is too much, each quota says. */
const unlimited = Number.MAX_SAFE_INTEGER;

export interface Consumption {
  isAllowed: boolean;
  used: number;
  remaining: number;
  /** Until the quota is full again; at least 1. */
  resetSeconds: number;
}

type ThrottlerRecord = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/**
 * Counts uses of a key in fixed windows at constant cost: in Redis when it is there, so that all processes share the count, otherwise
 * (also while Redis is away) in this process. Never throws and never waits for a Redis that does not answer.
 */
@Injectable()
export class RateLimiter implements ThrottlerStorage {
  private readonly counter: RateLimiterAbstract;
  /** When each exhausted key is free again, in milliseconds of `Date.now()`. */
  private readonly exhausted = new LRUCache<string, number>({ max: maxExhaustedKeys });

  constructor({ client }: RedisConnection) {
    const counting = { points: unlimited, duration: 1, keyPrefix: '' };
    const memory = new BoundedMemoryLimiter(counting, maxKeys);
    this.counter =
      client === undefined
        ? memory
        : new RateLimiterRedis({
            ...counting,
            keyPrefix: 'rate-limit',
            storeClient: client,
            rejectIfRedisNotReady: true,
            insuranceLimiter: memory,
          });
  }

  /** Counts one use of the key. Always use a key with the same quota, so put what it limits into it: `login:<address>`. */
  async consume(key: string, { limit, windowMs }: Quota): Promise<Consumption> {
    const { totalHits: used, isBlocked, timeToExpire: resetSeconds } = await this.increment(key, windowMs, limit);
    return { isAllowed: !isBlocked, used, remaining: Math.max(0, limit - used), resetSeconds };
  }

  /** 0 unless this process knows that the key is exhausted. Costs no call to the store and counts nothing. */
  secondsUntilFree(key: string): number {
    const freeAtMs = this.exhausted.get(key);
    return freeAtMs === undefined ? 0 : Math.max(0, Math.ceil((freeAtMs - Date.now()) / 1000));
  }

  /** The same for @nestjs/throttler, whose storage this is. A blocked key is free again when its window ends. */
  async increment(key: string, windowMs: number, limit: number): Promise<ThrottlerRecord> {
    const blockedSeconds = this.secondsUntilFree(key);
    if (blockedSeconds > 0) return record(limit + 1, blockedSeconds, true);
    const { consumedPoints, msBeforeNext } = await this.counter.consume(key, 1, {
      customDuration: Math.ceil(windowMs / 1000),
    });
    const isBlocked = consumedPoints > limit;
    if (isBlocked) this.exhausted.set(key, Date.now() + msBeforeNext);
    return record(consumedPoints, Math.max(1, Math.ceil(msBeforeNext / 1000)), isBlocked);
  }
}

function record(totalHits: number, secondsLeft: number, isBlocked: boolean): ThrottlerRecord {
  return { totalHits, timeToExpire: secondsLeft, isBlocked, timeToBlockExpire: isBlocked ? secondsLeft : 0 };
}
