import type { FastifyInstance } from 'fastify';
import { AppError } from '../errors/app-error.js';

/** Answers requests that match no route at once, before their body is read. */
export function refuseUnknownRoutes(server: FastifyInstance): void {
  server.addHook('onRequest', (request, _reply, done) => {
    done(request.is404 ? noSuchRoute(request.method, request.url.split('?', 1)[0] ?? '/') : undefined);
  });
}

const noSuchRoute = (method: string, path: string) =>
  new AppError('not-found', 'request.no-such-route', `Endpoint not found: ${method} ${path.slice(0, 200)}`);
