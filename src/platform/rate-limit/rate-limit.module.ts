import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ThrottlerModule } from '@nestjs/throttler';
import { AppConfig } from '../config/app-config.js';
import { quotasOf } from './quotas.js';
import { RateLimitKeys } from './rate-limit-keys.js';
import { RateLimitGuard } from './rate-limit.guard.js';
import { RateLimiter } from './rate-limiter.js';

@Global()
@Module({ providers: [RateLimiter, RateLimitKeys], exports: [RateLimiter, RateLimitKeys] })
class RateLimiterModule {}

/** Import it before the module that checks access: guards run in the order of their modules. */
@Module({
  imports: [
    RateLimiterModule,
    ThrottlerModule.forRootAsync({
      inject: [AppConfig, RateLimiter],
      useFactory: (config: AppConfig, storage: RateLimiter) => ({
        storage,
        throttlers: Object.values(quotasOf(config)).map(({ name, limit, windowMs }) => ({
          name,
          limit,
          ttl: windowMs,
        })),
      }),
    }),
  ],
  providers: [RateLimitGuard, { provide: APP_GUARD, useExisting: RateLimitGuard }],
})
export class RateLimitModule {}
