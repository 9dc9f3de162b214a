import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Writes one line for each request when it is over. */
export function logRequests(server: FastifyInstance): void {
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
