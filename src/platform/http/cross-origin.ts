import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { AppConfig } from '../config/app-config.js';

type CorsOptions = NonNullable<Parameters<NestFastifyApplication['enableCors']>[0]>;

/** How long a browser may remember a preflight, in seconds; Chromium caps it at this. */
const preflightMaxAgeSeconds = 7200;

const requestHeaders = [
  'authorization',
  'cache-control',
  'content-type',
  'idempotency-key',
  'if-match',
  'if-none-match',
  'last-event-id',
  'prefer',
  'traceparent',
  'x-admin-secret',
  'x-correlation-id',
];

const responseHeaders = [
  'etag',
  'location',
  'preference-applied',
  'ratelimit',
  'ratelimit-policy',
  'retry-after',
  'x-correlation-id',
  'x-ratelimit-limit',
  'x-ratelimit-remaining',
  'x-ratelimit-reset',
];

/**
 * Which browsers' pages may call (the Fetch standard's CORS protocol); undefined when none but our own. Named origins may send
 * credentials. `*` never goes with credentials and only counts alone, so that one slip in a list does not open everything.
 */
export function crossOriginOptions({ http }: Pick<AppConfig, 'http'>): CorsOptions | undefined {
  const isAnyAllowed = http.corsOrigins.length === 1 && http.corsOrigins[0] === '*';
  const named = http.corsOrigins.filter((origin) => origin !== '*');
  if (!isAnyAllowed && named.length === 0) return undefined;
  return {
    origin: isAnyAllowed ? '*' : named,
    credentials: !isAnyAllowed,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: requestHeaders,
    exposedHeaders: responseHeaders,
    maxAge: preflightMaxAgeSeconds,
    strictPreflight: false,
  };
}
