import { createServer } from 'node:http';
import { fastify, LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { AppConfig } from '../config/app-config.js';
import { correlationIdOf, requestContextOf } from '../logging/request-context.js';
import type { AnsweredRequests } from './answered-requests.js';
import { drainConnections } from './drain-connections.js';
import { forceHttps } from './force-https.js';
import type { ReadyAnswers } from './ready-answers.js';
import { readRequestBodies } from './request-body.js';
import { logRequests } from './request-log.js';
import { securityHeadersOf } from './security-headers.js';
import { answerBadUrl, answerUnreadableRequest } from './unreadable-request.js';

/** All request headers together; Node answers 431 beyond it. */
const maxHeaderBytes = 16 * 1024;
/** One parameter of a path; a longer one matches no route. */
const maxParameterChars = 512;
/** From the first byte of a request to its last; a slower client gets 408. */
const requestTimeoutMs = 60_000;
/** Longer than the idle time-outs of common load balancers (60 s), so that these never reuse a connection that we are closing. */
const keepAliveTimeoutMs = 72_000;

/**
 * The Fastify instance below Nest, with everything at the edge that needs no Nest: limits, request ids and context, security
 * headers, reading of bodies, one log line a request, a drained shutdown, and problem documents for what fails before routing.
 */
export function createHttpServer(
  config: AppConfig,
  logger: Logger,
  answeredRequests: AnsweredRequests,
  readyAnswers: ReadyAnswers,
): FastifyInstance {
  const headers = securityHeadersOf(config).api;
  const loggerInstance: FastifyBaseLogger = logger;
  const server = fastify({
    loggerInstance,
    // Every line tells the request it belongs to by itself (see createLogger), so requests need no logger of their own.
    childLoggerFactory: (parent) => parent,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: config.http.bodyLimitBytes,
    trustProxy: config.http.trustedProxies.length > 0 ? config.http.trustedProxies : false,
    genReqId: (request) => correlationIdOf(request.headers['x-correlation-id']),
    requestIdHeader: false,
    serverFactory: (handle) =>
      createServer(
        { maxHeaderSize: maxHeaderBytes, requestTimeout: requestTimeoutMs, keepAliveTimeout: keepAliveTimeoutMs },
        (request, response) => readyAnswers.answer(request, response, () => handle(request, response)),
      ),
    routerOptions: { maxParamLength: maxParameterChars, ignoreTrailingSlash: true },
    return503OnClosing: false,
    frameworkErrors: (_error, request, reply) =>
      answerBadUrl(request, reply.headers({ ...headers, 'x-correlation-id': request.id })),
    clientErrorHandler: (error, socket) => answerUnreadableRequest(error, socket, headers),
  });
  readRequestBodies(server, config.http.jsonDepthLimit);
  drainConnections(server, config.http.shutdownTimeoutMs);
  answeredRequests.follow(server);
  logRequests(server, answeredRequests, logger, config.logging.isPretty);
  server.decorateRequest('context');
  server.addHook('onRequest', (request, reply, done) => {
    request.context = requestContextOf(request.id, request.headers, request.ip);
    reply.headers(headers).header('x-correlation-id', request.id);
    done();
  });
  forceHttps(server, config);
  // Node would answer an expectation it does not know with a bare 417; RFC 9110 section 10.1.1 lets it be ignored.
  server.server.on('checkExpectation', (request, response) => server.server.emit('request', request, response));
  return server;
}
