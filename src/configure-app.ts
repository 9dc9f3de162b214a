import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { AppConfig } from './platform/config/app-config.js';
import { ProblemFilter } from './platform/errors/problem.filter.js';
import { createValidationPipe } from './platform/http/validation.pipe.js';

/** Everything that stands around the routes; shared by the process and the tests. */
export async function configureApp(app: NestFastifyApplication, _config: AppConfig): Promise<void> {
  app.useGlobalFilters(new ProblemFilter());
  app.useGlobalPipes(createValidationPipe());
}
