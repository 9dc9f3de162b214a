import { Global, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { AppConfig } from '../config/app-config.js';
import { Database } from '../database/database.js';
import { BacklogRepository } from './backlog.repository.js';
import { HealthRegistry } from './health-registry.js';
import { HealthController } from './health.controller.js';
import { HealthService } from './health.service.js';
import { backlogHealth, databaseHealth, diskHealth, eventLoopHealth } from './platform-contributors.js';

@Global()
@Module({
  // Terminus would log each failed check; the service logs each change instead.
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
  providers: [HealthRegistry, HealthService, BacklogRepository],
  exports: [HealthRegistry, HealthService],
})
export class HealthModule implements OnModuleInit, OnApplicationShutdown {
  private readonly eventLoop = eventLoopHealth();

  constructor(
    private readonly registry: HealthRegistry,
    private readonly database: Database,
    private readonly backlogs: BacklogRepository,
    private readonly config: AppConfig,
  ) {}

  onModuleInit(): void {
    this.registry.register(databaseHealth(this.database));
    this.registry.register(backlogHealth('jobs', 'Jobs', () => this.backlogs.waitingJobs()));
    this.registry.register(backlogHealth('events', 'Events', () => this.backlogs.undispatchedEvents()));
    this.registry.register(diskHealth(this.config.dataDirectory));
    this.registry.register(this.eventLoop);
  }

  onApplicationShutdown(): void {
    this.eventLoop.stop();
  }
}
