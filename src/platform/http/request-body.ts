import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../errors/app-error.js';
import { parseJson } from './parse-json.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The body's bytes, on routes with `@KeepsRawBody()` only: keeping them everywhere would double the memory of a body. */
    rawBody: Buffer | undefined;
  }
}

/** `application/json` and the types built on it (RFC 6839 section 3.1), with or without parameters. */
const jsonMediaType = /^application\/(?:[\w.!#$&^-]+\+)?json(?:\s*;|$)/i;

/**
 * How bodies are read: JSON on every route, any type as bytes on routes that keep the raw body, otherwise 415. Compressed bodies
 * are refused rather than inflated, so that a small request cannot grow.
 *
 * @param jsonDepthLimit levels of arrays and objects inside each other
 */
export function readRequestBodies(server: FastifyInstance, jsonDepthLimit: number): void {
  server.decorateRequest('rawBody', undefined);
  server.removeAllContentTypeParsers();
  server.addContentTypeParser<Buffer>(jsonMediaType, { parseAs: 'buffer' }, (request, bytes, done) => {
    if (keepsRawBody(request, bytes)) return done(null);
    try {
      refuseCompression(request);
      done(null, bytes.length === 0 ? undefined : parseJson(bytes.toString('utf8'), jsonDepthLimit));
    } catch (error) {
      done(error as Error);
    }
  });
  server.addContentTypeParser<Buffer>('*', { parseAs: 'buffer' }, (request, bytes, done) => {
    if (keepsRawBody(request, bytes)) return done(null);
    done(
      new AppError('unsupported', 'request.media-type', 'The body must be JSON: send Content-Type: application/json'),
    );
  });
}

function keepsRawBody(request: FastifyRequest, bytes: Buffer): boolean {
  if (request.routeOptions.config.keepsRawBody !== true) return false;
  request.rawBody = bytes;
  return true;
}

function refuseCompression({ headers }: FastifyRequest): void {
  const encoding = headers['content-encoding'];
  if (encoding === undefined || encoding === 'identity') return;
  throw new AppError(
    'unsupported',
    'request.content-encoding',
    'The body must not be compressed: drop Content-Encoding',
  );
}
