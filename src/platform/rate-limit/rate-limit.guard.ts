import { Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { InjectThrottlerOptions, InjectThrottlerStorage, ThrottlerGuard } from '@nestjs/throttler';
import type { ThrottlerModuleOptions, ThrottlerStorage } from '@nestjs/throttler';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppConfig } from '../config/app-config.js';
import type { RouteSettings } from '../http/route-settings.js';
import { quotasOf, type NamedQuota, type QuotaName } from './quotas.js';
import { rateLimitHeaders, tooManyRequests, type UsedQuota } from './rate-limit-headers.js';
import { RateLimitKeys } from './rate-limit-keys.js';
import { RateLimiter, type ThrottlerRecord } from './rate-limiter.js';

/**
 * Counts each request that reaches a route against the general quota of its caller and the route's own, and refuses it when either
 * is used up. What throttler's guard looks up anew on each request (metadata of every throttler, a hash of the key) is settled here
 * when the route is made, and its storage has constant cost.
 */
@Injectable()
export class RateLimitGuard extends ThrottlerGuard {
  private readonly quotas: Record<QuotaName, NamedQuota>;

  constructor(
    @InjectThrottlerOptions() options: ThrottlerModuleOptions,
    @InjectThrottlerStorage() storage: ThrottlerStorage,
    reflector: Reflector,
    private readonly limiter: RateLimiter,
    private readonly keys: RateLimitKeys,
    config: AppConfig,
  ) {
    super(options, storage, reflector);
    this.quotas = quotasOf(config);
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const [request, reply] = context.getArgs<[FastifyRequest, FastifyReply]>();
    const { isUnlimited, rateLimit } = request.routeOptions.config;
    if (isUnlimited === true) request.isCounted = true;
    else await this.limit(request, reply, rateLimit);
    return true;
  }

  /** Counts a request against its caller's general quota; at once where quotas are counted in this process. */
  count(request: FastifyRequest): UsedQuota | Promise<UsedQuota> {
    request.isCounted = true;
    const { key, kind } = this.keys.callerOf(request);
    return this.use(key, this.quotas[kind]);
  }

  /** The same for a request without credentials that reaches no route. */
  countAnonymous(ip: string | undefined): UsedQuota | Promise<UsedQuota> {
    return this.use(this.keys.addressOf({ ip }), this.quotas.anonymous);
  }

  /** @throws AppError `rate-limit.exceeded`; the headers tell when to come back */
  private async limit(request: FastifyRequest, reply: FastifyReply, settings: RouteSettings['rateLimit']) {
    const general = await this.count(request);
    const isRouteCounted = settings !== undefined && !general.isExceeded;
    const route = isRouteCounted ? await this.countForRoute(request, settings) : undefined;
    reply.headers(rateLimitHeaders(general, route));
    for (const { isExceeded, quota, left } of [general, route ?? general]) {
      if (isExceeded) throw tooManyRequests(quota, left.resetSeconds);
    }
  }

  private countForRoute(
    request: FastifyRequest,
    { name, countsBy }: NonNullable<RouteSettings['rateLimit']>,
  ): UsedQuota | Promise<UsedQuota> {
    const owner = countsBy === 'address' ? this.keys.addressOf(request) : this.keys.callerOf(request).key;
    return this.use(`${name}:${owner}`, this.quotas[name]);
  }

  private use(key: string, quota: NamedQuota): UsedQuota | Promise<UsedQuota> {
    const record = this.limiter.hit(key, quota);
    return record instanceof Promise ? record.then((hit) => usedOf(quota, hit)) : usedOf(quota, record);
  }
}

const usedOf = (quota: NamedQuota, { totalHits, timeToExpire, isBlocked }: ThrottlerRecord): UsedQuota => ({
  quota,
  left: { remaining: Math.max(0, quota.limit - totalHits), resetSeconds: timeToExpire },
  isExceeded: isBlocked,
});
