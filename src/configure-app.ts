import compress from '@fastify/compress';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { AppConfig } from './platform/config/app-config.js';
import { ProblemFilter } from './platform/errors/problem.filter.js';
import { ServerFailures } from './platform/errors/server-failures.js';
import { compressionEffort, compressionThresholdBytes, contentEncodings } from './platform/http/compression.js';
import { crossOriginOptions } from './platform/http/cross-origin.js';
import type { AnsweredRequests } from './platform/http/answered-requests.js';
import type { ReadyAnswers } from './platform/http/ready-answers.js';
import { shedLoad } from './platform/http/shed-load.js';
import { refuseUnknownRoutes } from './platform/http/unknown-route.js';
import { createValidationPipe } from './platform/http/validation.pipe.js';
import { measureRequests } from './platform/metrics/measure-requests.js';
import { runInRequestContext } from './platform/logging/request-context.js';
import { Metrics } from './platform/metrics/metrics.js';
import { serveDocumentation } from './platform/openapi/serve-documentation.js';
import { limitStrayRequests } from './platform/rate-limit/limit-stray-requests.js';
import { RateLimitGuard } from './platform/rate-limit/rate-limit.guard.js';
import { RateLimitKeys } from './platform/rate-limit/rate-limit-keys.js';
import { RateLimiter } from './platform/rate-limit/rate-limiter.js';

/** Everything that stands around the routes; shared by the process and the tests. */
export async function configureApp(
  app: NestFastifyApplication,
  config: AppConfig,
  answeredRequests: AnsweredRequests,
  readyAnswers: ReadyAnswers,
): Promise<void> {
  app.useGlobalFilters(new ProblemFilter(app.get(ServerFailures)));
  app.useGlobalPipes(createValidationPipe());

  const crossOrigin = crossOriginOptions(config);
  if (crossOrigin !== undefined) app.enableCors(crossOrigin);
  await app.register(compress, {
    encodings: [...contentEncodings],
    threshold: compressionThresholdBytes,
    globalDecompression: false,
    ...compressionEffort,
  });

  const server = app.getHttpAdapter().getInstance();
  if (config.metrics.isEnabled) measureRequests(server, answeredRequests, app.get(Metrics));
  readyAnswers.countBy(app.get(RateLimitGuard));
  server.addHook('onRequest', (request, _reply, done) => runInRequestContext(request.context, done));
  shedLoad(server, config);
  limitStrayRequests(server, config, app.get(RateLimiter), app.get(RateLimitKeys));
  refuseUnknownRoutes(server);
  serveDocumentation(app);
}
