import { Global, Module, type OnModuleInit } from '@nestjs/common';
import { AppConfig } from '../config/app-config.js';
import { HealthRegistry } from '../health/health-registry.js';
import { Broadcast } from './broadcast.js';
import { RedisConnection } from './redis-connection.js';
import { redisHealth } from './redis-health.js';

@Global()
@Module({
  providers: [
    {
      provide: RedisConnection,
      inject: [AppConfig],
      useFactory: ({ redis }: AppConfig) => RedisConnection.open(redis),
    },
    Broadcast,
  ],
  exports: [RedisConnection, Broadcast],
})
export class RedisModule implements OnModuleInit {
  constructor(
    private readonly redis: RedisConnection,
    private readonly broadcast: Broadcast,
    private readonly health: HealthRegistry,
  ) {}

  onModuleInit(): void {
    this.health.register(redisHealth(this.redis, this.broadcast));
  }
}
