import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AppConfig } from '../config/app-config.js';
import { AppError } from '../errors/app-error.js';

/** Load balancers and container runtimes probe these inside the network, in plain http, and follow no redirect. */
const probes = new Set(['/health', '/health/ready', '/health/live']);

const hostName = /^(?:[\w-]+(?:\.[\w-]+)*\.?|\[[\da-f:.]+\])$/i;

/**
 * With `FORCE_HTTPS`, answers plain http with 308 (RFC 9110 section 15.4.9: same method and body) to the same address in https.
 * Fastify believes `X-Forwarded-Proto` only when a trusted proxy sends it.
 */
export function forceHttps(server: FastifyInstance, { http }: Pick<AppConfig, 'http'>): void {
  if (!http.isHttpsForced) return;
  server.addHook('onRequest', (request, reply, done) => {
    if (request.protocol === 'https' || probes.has(request.url)) return done();
    const origin = http.publicUrl.startsWith('https://') ? new URL(http.publicUrl).origin : secureOriginOf(request);
    if (origin === undefined) return done(badHost());
    reply.redirect(origin + (request.url.startsWith('/') ? request.url : '/'), 308);
  });
}

function secureOriginOf(request: FastifyRequest): string | undefined {
  return hostName.test(request.hostname) ? `https://${request.hostname}` : undefined;
}

const badHost = () =>
  new AppError('bad-request', 'request.bad-host', 'Send a valid Host header, or call this address with https');
