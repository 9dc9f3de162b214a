import { Module, type DynamicModule } from '@nestjs/common';
import { RouterModule } from '@nestjs/core';
import { ScheduleModule } from '@nestjs/schedule';
import { EducatesModule } from './modules/educates/index.js';
import { IdentityModule } from './modules/identity/index.js';
import { IntegrationsModule } from './modules/integrations/index.js';
import { PythonPortalModule } from './modules/python-portal/index.js';
import type { AppConfig } from './platform/config/app-config.js';
import { AppConfigModule } from './platform/config/config.module.js';
import type { DatabaseUse } from './platform/database/database-use.js';
import { DatabaseModule } from './platform/database/database.module.js';
import { ErrorsModule } from './platform/errors/errors.module.js';
import { EventsModule } from './platform/events/events.module.js';
import { HealthModule } from './platform/health/health.module.js';
import { PortalHealthModule } from './platform/health/portal-health.module.js';
import { HttpClientModule } from './platform/http-client/http-client.module.js';
import { IdempotencyModule } from './platform/idempotency/idempotency.module.js';
import { JobsModule } from './platform/jobs/jobs.module.js';
import { MetricsModule } from './platform/metrics/metrics.module.js';
import { RateLimitModule } from './platform/rate-limit/rate-limit.module.js';
import { RedisModule } from './platform/redis/redis.module.js';
import { SecretsModule } from './platform/secrets/secrets.module.js';

/** The list of modules: the architecture in one screen. */
@Module({})
export class AppModule {
  static forRoot(config: AppConfig, databaseUrl: string, databaseUse: DatabaseUse = 'shared'): DynamicModule {
    const runsBackgroundWork = config.role !== 'web';
    return {
      module: AppModule,
      imports: [
        AppConfigModule.forRoot(config),
        DatabaseModule.forRoot(databaseUrl, databaseUse),
        ScheduleModule.forRoot({ intervals: runsBackgroundWork, cronJobs: runsBackgroundWork }),
        ErrorsModule,
        JobsModule,
        EventsModule,
        SecretsModule,
        HealthModule,
        PortalHealthModule,
        HttpClientModule,
        RedisModule,
        RateLimitModule,
        IdempotencyModule,
        MetricsModule,

        IdentityModule,
        PythonPortalModule,
        IntegrationsModule,
        EducatesModule,
        RouterModule.register([
          { path: `api/${config.http.apiVersion}`, children: [PortalHealthModule, IdentityModule, PythonPortalModule] },
          { path: 'api/integrations', module: IntegrationsModule },
          { path: 'api/educates', module: EducatesModule },
        ]),
      ],
    };
  }
}
