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

const allowed = Promise.resolve(true);

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
    private readonly keys: RateLimitKeys,
    config: AppConfig,
  ) {
    super(options, storage, reflector);
    this.quotas = quotasOf(config);
  }

  override canActivate(context: ExecutionContext): Promise<boolean> {
    const [request, reply] = context.getArgs<[FastifyRequest, FastifyReply]>();
    request.isCounted = true;
    const { isUnlimited, rateLimit } = request.routeOptions.config;
    return isUnlimited === true ? allowed : this.count(request, reply, rateLimit);
  }

  private async count(request: FastifyRequest, reply: FastifyReply, rateLimit: RouteSettings['rateLimit']) {
    const caller = this.keys.callerOf(request);
    const general = await this.use(caller.key, this.quotas[caller.kind], reply);
    const route = rateLimit === undefined ? undefined : await this.useRouteQuota(request, rateLimit, reply);
    reply.headers(rateLimitHeaders(general, route));
    return true;
  }

  private useRouteQuota(
    request: FastifyRequest,
    { name, countsBy }: NonNullable<RouteSettings['rateLimit']>,
    reply: FastifyReply,
  ): Promise<UsedQuota> {
    const owner = countsBy === 'address' ? this.keys.addressOf(request) : this.keys.callerOf(request).key;
    return this.use(`${name}:${owner}`, this.quotas[name], reply);
  }

  /** @throws AppError `rate-limit.exceeded`, with the headers that tell when to come back */
  private async use(key: string, quota: NamedQuota, reply: FastifyReply): Promise<UsedQuota> {
    const { limit, windowMs, name } = quota;
    const record = await this.storageService.increment(key, windowMs, limit, windowMs, name);
    const left = { remaining: Math.max(0, limit - record.totalHits), resetSeconds: record.timeToExpire };
    if (record.isBlocked) {
      reply.headers(rateLimitHeaders({ quota, left }));
      throw tooManyRequests(quota, left.resetSeconds);
    }
    return { quota, left };
  }
}
