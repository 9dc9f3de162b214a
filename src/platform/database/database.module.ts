import { Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { migrations } from '../../../migrations/index.js';
import { AppConfig } from '../config/app-config.js';
import { DATABASE_URL } from './database-url.js';
import { DATABASE_USE, type DatabaseUse } from './database-use.js';
import { Database } from './database.js';
import { migrate } from './migrate.js';
import { Notifications } from './notifications.js';

/** TypeORM's options for a database of Lyceum; `synchronize` never, migrations only. */
export function dataSourceOptions(url: string, poolSize: number): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    migrations,
    migrationsTableName: 'migrations',
    synchronize: false,
    poolSize,
    applicationName: 'lyceum',
    extra: { connectionTimeoutMillis: 5000, idleTimeoutMillis: 30_000, statement_timeout: 60_000 },
  };
}

/** The connection pool, migrated at start, and {@link Database} for transactions. */
@Module({})
export class DatabaseModule {
  static forRoot(url: string, use: DatabaseUse): DynamicModule {
    return {
      module: DatabaseModule,
      global: true,
      providers: [
        Database,
        Notifications,
        { provide: DATABASE_URL, useValue: url },
        { provide: DATABASE_USE, useValue: use },
      ],
      exports: [Database, DATABASE_URL, Notifications],
      imports: [
        TypeOrmModule.forRootAsync({
          inject: [AppConfig],
          useFactory: (config: AppConfig) => ({
            ...dataSourceOptions(url, config.database.poolSize),
            autoLoadEntities: true,
            retryAttempts: 5,
            retryDelay: 1000,
          }),
          dataSourceFactory: async (options) => {
            if (options === undefined) throw new Error('TypeORM gave no options');
            const dataSource = await new DataSource(options).initialize();
            await migrate(dataSource);
            return dataSource;
          },
        }),
      ],
    };
  }
}
