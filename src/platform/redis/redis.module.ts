import { Global, Module, type OnModuleInit } from '@nestjs/common';
import { HealthRegistry } from '../health/health-registry.js';
import { RedisConnection } from './redis-connection.js';
import { redisHealth } from './redis-health.js';

@Global()
@Module({ providers: [RedisConnection], exports: [RedisConnection] })
export class RedisModule implements OnModuleInit {
  constructor(
    private readonly redis: RedisConnection,
    private readonly health: HealthRegistry,
  ) {}

  onModuleInit(): void {
    this.health.register(redisHealth(this.redis));
  }
}
