import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { configureApp } from './configure-app.js';
import type { AppConfig } from './platform/config/app-config.js';
import type { DatabaseUse } from './platform/database/database-use.js';
import { AnsweredRequests } from './platform/http/answered-requests.js';
import { EdgeAdapter } from './platform/http/edge-adapter.js';
import { createHttpServer } from './platform/http/http-server.js';
import { ReadyAnswers } from './platform/http/ready-answers.js';
import { TrustedProxies } from './platform/http/trusted-proxies.js';
import { createLogger } from './platform/logging/logger.js';
import { NestLogger } from './platform/logging/nest-logger.js';

/** Builds the whole application on a database; the caller makes it listen. `main.ts` and the tests use it alike. */
export async function createApp(
  config: AppConfig,
  databaseUrl: string,
  databaseUse: DatabaseUse = 'shared',
): Promise<NestFastifyApplication> {
  const logger = createLogger(config);
  const answeredRequests = new AnsweredRequests();
  const readyAnswers = new ReadyAnswers(new TrustedProxies(config.http.trustedProxies), answeredRequests);
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot(config, databaseUrl, databaseUse),
    new EdgeAdapter(createHttpServer(config, logger, answeredRequests, readyAnswers), readyAnswers),
    { logger: new NestLogger(logger), abortOnError: false, bodyParser: false },
  );
  await configureApp(app, config, answeredRequests, readyAnswers);
  return app;
}
