import type { FastifyInstance, FastifyRequest } from 'fastify';
import { pino, type Logger } from 'pino';

/** Lines are written in blocks of this size, or after this time at the latest. */
const blockBytes = 8 * 1024;
const flushIntervalMs = 200;

const secretParameter = /:\w*(secret|token)/i;

/**
 * Writes one line for each request when it is over. These lines hold nothing that needs redaction, and they go out in blocks:
 * redaction and a system call for each took more time than answering a small request (bench/README.md). Only a process that is killed
 * loses the last of them.
 *
 * @param isPretty writes through the given logger, for people who watch
 */
export function logRequests(server: FastifyInstance, logger: Logger, isPretty: boolean): void {
  if (!logger.isLevelEnabled('info')) return;
  const lines = isPretty ? logger : blockLogger(server);
  server.addHook('onResponse', (request, reply, done) => {
    lines.info(
      {
        method: request.method,
        path: loggablePath(request),
        route: request.routeOptions.url,
        status: reply.statusCode,
        durationMs: Math.round(reply.elapsedTime * 10) / 10,
        ip: request.ip,
        correlationId: request.id,
        traceId: request.context.traceparent.slice(3, 35),
      },
      'request',
    );
    done();
  });
}

function blockLogger(server: FastifyInstance): Logger {
  const destination = pino.destination({
    sync: true,
    minLength: blockBytes,
    periodicFlush: flushIntervalMs,
  });
  server.addHook('onClose', (_server, done) => {
    destination.flushSync();
    destination.end();
    done();
  });
  return pino({}, destination);
}

/**
 * The path without its query. Where a parameter is a secret by its name, the route stands in its place, because the same value can
 * be written in many ways (percent-encoding).
 */
function loggablePath({ url, routeOptions }: FastifyRequest): string {
  if (routeOptions.url !== undefined && secretParameter.test(routeOptions.url)) return routeOptions.url;
  const queryAt = url.indexOf('?');
  return queryAt === -1 ? url : url.slice(0, queryAt);
}
