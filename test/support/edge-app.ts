import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from '../../src/app.module.js';
import { configureApp } from '../../src/configure-app.js';
import { AppConfig } from '../../src/platform/config/app-config.js';
import { AnsweredRequests } from '../../src/platform/http/answered-requests.js';
import { EdgeAdapter } from '../../src/platform/http/edge-adapter.js';
import { createHttpServer } from '../../src/platform/http/http-server.js';
import { ReadyAnswers } from '../../src/platform/http/ready-answers.js';
import { TrustedProxies } from '../../src/platform/http/trusted-proxies.js';
import { createLogger } from '../../src/platform/logging/logger.js';
import { createTestDatabase } from './test-database.js';

@Module({})
class TestRoot {}

/** The whole application with further controllers, for what the edge does with routes that the product does not have. */
export async function startEdgeApp(
  controllers: Type[],
  variables: Record<string, string> = {},
): Promise<{ url: string; app: NestFastifyApplication; stop: () => Promise<void> }> {
  const database = await createTestDatabase();
  const dataDirectory = mkdtempSync(path.join(tmpdir(), 'lyceum-test-'));
  const config = new AppConfig({ NODE_ENV: 'test', LOG_LEVEL: 'silent', DATA_DIR: dataDirectory, ...variables });
  const answeredRequests = new AnsweredRequests();
  const readyAnswers = new ReadyAnswers(new TrustedProxies([]), answeredRequests);
  const app = await NestFactory.create<NestFastifyApplication>(
    { module: TestRoot, imports: [AppModule.forRoot(config, database.url)], controllers },
    new EdgeAdapter(createHttpServer(config, createLogger(config), answeredRequests, readyAnswers), readyAnswers),
    { logger: false, abortOnError: false, bodyParser: false },
  );
  await configureApp(app, config, answeredRequests, readyAnswers);
  await app.listen(0, '127.0.0.1');
  return {
    url: await app.getUrl(),
    app,
    async stop() {
      await app.close();
      await database.drop();
      rmSync(dataDirectory, { recursive: true, force: true });
    },
  };
}
