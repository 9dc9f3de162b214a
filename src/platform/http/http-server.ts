import {
  fastify,
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import type { AppConfig } from '../config/app-config.js';
import { AppError } from '../errors/app-error.js';
import { toProblem } from '../errors/problem-document.js';
import { correlationIdOf, requestContextOf, runInRequestContext } from '../logging/request-context.js';

const maxHeaderBytes = 16 * 1024;
const maxParameterChars = 512;
const requestTimeoutMs = 60_000;

/**
 * The Fastify instance below Nest: limits, request ids, one log line a request, and problem documents also for what fails
 * before routing (bad URLs, unparsable requests).
 */
export function createHttpServer(config: AppConfig, logger: FastifyBaseLogger): FastifyInstance {
  const server = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: config.http.bodyLimitBytes,
    trustProxy: config.http.trustedProxies.length > 0 ? config.http.trustedProxies : false,
    genReqId: (request) => correlationIdOf(request.headers['x-correlation-id']),
    requestIdHeader: false,
    requestTimeout: requestTimeoutMs,
    http: { maxHeaderSize: maxHeaderBytes },
    routerOptions: { maxParamLength: maxParameterChars, ignoreTrailingSlash: true },
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => sendProblem(error, request, reply),
  });
  server.addHook('onRequest', (request, reply, done) => {
    const context = requestContextOf({ ...request.headers, 'x-correlation-id': request.id });
    void reply.header('x-correlation-id', context.correlationId);
    runInRequestContext(context, done);
  });
  server.addHook('onResponse', (request, reply, done) => {
    request.log.info(
      {
        method: request.method,
        path: loggablePath(request),
        route: request.routeOptions.url,
        status: reply.statusCode,
        durationMs: Math.round(reply.elapsedTime * 10) / 10,
        ip: request.ip,
        correlationId: request.id,
      },
      'request',
    );
    done();
  });
  return server;
}

/** The path without its query, and without the values of parameters that are secrets by their name. */
function loggablePath(request: FastifyRequest): string {
  const path = request.url.split('?', 1)[0] ?? '/';
  const parameters = Object.entries((request.params ?? {}) as Record<string, string>);
  return parameters
    .filter(([name]) => /secret|token/i.test(name))
    .reduce(
      (text, [, value]) => text.replaceAll(encodeURIComponent(value), '[redacted]').replaceAll(value, '[redacted]'),
      path,
    );
}

function sendProblem(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  const badUrl = new AppError('bad-request', 'request.bad-url', 'The address of the request cannot be read', {
    cause: error,
  });
  const problem = toProblem(badUrl, { path: '/', correlationId: request.id, now: new Date() });
  void reply.status(problem.status).headers(problem.headers).send(problem.body);
}
