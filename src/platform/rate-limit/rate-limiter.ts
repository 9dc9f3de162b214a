import { Injectable } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { LRUCache } from 'lru-cache';
import { RateLimiterRedis } from 'rate-limiter-flexible';
import { RedisConnection } from '../redis/redis-connection.js';
import type { Quota } from './quotas.js';
import { WindowCounter } from './window-counter.js';

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

export type ThrottlerRecord = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/**
 * Counts uses of a key in fixed windows at constant cost: in Redis when it is there, so that all processes share the count, otherwise
 * (also while Redis is away) in this process. Never throws and never waits for a Redis that does not answer.
 */
@Injectable()
export class RateLimiter implements ThrottlerStorage {
  private readonly memory = new WindowCounter(maxKeys);
  private readonly shared: RateLimiterRedis | undefined;
  /** When each exhausted key is free again, in milliseconds of `Date.now()`. */
  private readonly exhausted = new LRUCache<string, number>({ max: maxExhaustedKeys });

  constructor({ client }: RedisConnection) {
    if (client === undefined) return;
    this.shared = new RateLimiterRedis({
      points: unlimited,
      duration: 1,
      keyPrefix: 'rate-limit',
      storeClient: client,
      rejectIfRedisNotReady: true,
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
    return this.hit(key, { windowMs, limit });
  }

  /** The same, at once where the count is in this process. */
  hit(key: string, quota: Quota): ThrottlerRecord | Promise<ThrottlerRecord> {
    const blockedSeconds = this.secondsUntilFree(key);
    if (blockedSeconds > 0) return recordOf(quota.limit + 1, blockedSeconds, true);
    return this.shared === undefined ? this.hitInMemory(key, quota) : this.hitInRedis(this.shared, key, quota);
  }

  private hitInMemory(key: string, quota: Quota): ThrottlerRecord {
    const { uses, msLeft } = this.memory.count(key, wholeSeconds(quota.windowMs) * 1000);
    return this.judge(key, quota, uses, msLeft);
  }

  private async hitInRedis(shared: RateLimiterRedis, key: string, quota: Quota): Promise<ThrottlerRecord> {
    try {
      const { consumedPoints, msBeforeNext } = await shared.consume(key, 1, {
        customDuration: wholeSeconds(quota.windowMs),
      });
      return this.judge(key, quota, consumedPoints, msBeforeNext);
    } catch {
      // Redis is away; its health check says so.
      return this.hitInMemory(key, quota);
    }
  }

  private judge(key: string, { limit }: Quota, uses: number, msLeft: number): ThrottlerRecord {
    const isBlocked = uses > limit;
    if (isBlocked) this.exhausted.set(key, Date.now() + msLeft);
    return recordOf(uses, Math.max(1, Math.ceil(msLeft / 1000)), isBlocked);
  }
}

const wholeSeconds = (ms: number) => Math.ceil(ms / 1000);

function recordOf(totalHits: number, secondsLeft: number, isBlocked: boolean): ThrottlerRecord {
  return { totalHits, timeToExpire: secondsLeft, isBlocked, timeToBlockExpire: isBlocked ? secondsLeft : 0 };
}
