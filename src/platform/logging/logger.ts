import { pino, type Logger } from 'pino';
import type { AppConfig } from '../config/app-config.js';
import { currentRequestContext } from './request-context.js';

/** Where secrets could stand in what we log; the value is replaced, the key stays. */
const redactedPaths = [
  'authorization',
  'cookie',
  'password',
  'secret',
  'token',
  'apiKey',
  'accessToken',
  'refreshToken',
]
  .flatMap((key) => [key, `*.${key}`, `*.*.${key}`])
  .concat(['headers["x-admin-secret"]', '*.headers["x-admin-secret"]', '*.headers["set-cookie"]']);

/**
 * The one logger: JSON lines in production, readable lines in development. Levels: `error` means that somebody must act,
 * `warn` that something degraded by itself, `info` what happened, `debug` why.
 */
export function createLogger({ logging }: Pick<AppConfig, 'logging'>): Logger {
  return pino({
    level: logging.level,
    redact: { paths: redactedPaths, censor: '[redacted]' },
    mixin: () => {
      const context = currentRequestContext();
      return context === undefined
        ? {}
        : { correlationId: context.correlationId, traceId: context.traceparent.slice(3, 35) };
    },
    ...(logging.isPretty && {
      transport: {
        target: 'pino-pretty',
        options: {
          ignore: 'pid,hostname,traceId,context',
          messageFormat: '{if context}[{context}] {end}{msg}',
          translateTime: 'SYS:HH:MM:ss.l',
          singleLine: true,
        },
      },
    }),
  });
}
