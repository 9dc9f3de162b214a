import { Module, type DynamicModule } from '@nestjs/common';
import { RouterModule } from '@nestjs/core';
import { ScheduleModule } from '@nestjs/schedule';
import { IdentityModule } from './modules/identity/index.js';
import { PythonPortalModule } from './modules/python-portal/index.js';
import type { AppConfig } from './platform/config/app-config.js';
import { AppConfigModule } from './platform/config/config.module.js';
import { DatabaseModule } from './platform/database/database.module.js';
import { EventsModule } from './platform/events/events.module.js';
import { HealthModule } from './platform/health/health.module.js';
import { JobsModule } from './platform/jobs/jobs.module.js';
import { SecretsModule } from './platform/secrets/secrets.module.js';

/** The list of modules: the architecture in one screen. */
@Module({})
export class AppModule {
  static forRoot(config: AppConfig, databaseUrl: string): DynamicModule {
    const runsBackgroundWork = config.role !== 'web';
    return {
      module: AppModule,
      imports: [
        AppConfigModule.forRoot(config),
        DatabaseModule.forRoot(databaseUrl),
        ScheduleModule.forRoot({ intervals: runsBackgroundWork, cronJobs: runsBackgroundWork }),
        JobsModule,
        EventsModule,
        SecretsModule,
        HealthModule,

        IdentityModule,
        PythonPortalModule,
        RouterModule.register([
          { path: `api/${config.http.apiVersion}`, children: [IdentityModule, PythonPortalModule] },
        ]),
      ],
    };
  }
}
