import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp } from '../create-app.js';
import { AppConfig } from '../platform/config/app-config.js';
import { loadAppConfig } from '../platform/config/config.module.js';
import { ConfigurationError } from '../platform/config/configuration-error.js';
import { openDatabaseServer } from '../platform/database/database-server.js';
import { AppError } from '../platform/errors/app-error.js';

/** What a command works with: the whole application, not listening and running no background work. */
export interface CommandContext {
  app: NestFastifyApplication;
  config: AppConfig;
  databaseUrl: string;
}

/**
 * Runs one operator's command against the configured database and ends the process. With the embedded database it also works
 * while Lyceum runs: it then joins the running server.
 */
export async function runCommand(command: (context: CommandContext) => Promise<void>): Promise<never> {
  let exitCode = 0;
  try {
    const config = forCommand(await loadAppConfig());
    const database = await openDatabaseServer(config, { joinRunning: true });
    try {
      const app = await createApp(config, database.url, database.use);
      try {
        await app.init();
        await command({ app, config, databaseUrl: database.url });
      } finally {
        await app.close();
      }
    } finally {
      await database.stop();
    }
  } catch (error) {
    const isExpected = error instanceof ConfigurationError || error instanceof AppError;
    process.stderr.write(`${isExpected ? error.message : ((error as Error).stack ?? String(error))}\n`);
    exitCode = 1;
  }
  process.exit(exitCode);
}

function forCommand(config: AppConfig): AppConfig {
  return Object.assign(Object.create(AppConfig.prototype) as AppConfig, config, {
    role: 'web',
    logging: { ...config.logging, level: 'warn' },
    execution: { ...config.execution, warmInterpreters: 0 },
  } satisfies Partial<AppConfig>);
}
