import ms, { type StringValue } from 'ms';
import { z } from 'zod';
import { parseServiceAddresses } from './service-addresses.js';
import { isProxyRange } from './trusted-proxies.js';

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);

const flag = z.stringbool({ error: 'must be true or false' });

const integer = (minimum: number, maximum: number) => z.coerce.number().int().min(minimum).max(maximum);

const milliseconds = (maximum = 3_600_000) => integer(1, maximum);

/** `24h`, `15m`, `30d` or plain seconds, in seconds. */
const duration = z.string().transform((text, context) => {
  const value = /^\d+$/.test(text) ? Number(text) * 1000 : ms(text as StringValue);
  if (value === undefined || !Number.isFinite(value) || value < 1000) {
    context.addIssue({ code: 'custom', message: 'must be a duration such as 24h, 15m or 3600 (seconds)' });
    return z.NEVER;
  }
  return Math.floor(value / 1000);
});

/** The same, or 0 for never. */
const durationOrNever = z.union([z.literal('0').transform(() => 0), duration]);

const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' });

/** Instances of a service: URLs, `dns+http://name:port`, `srv+http://_svc._tcp.name`, comma separated. */
const serviceAddresses = z
  .string()
  .transform((text, context) => {
    try {
      return parseServiceAddresses(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
      return z.NEVER;
    }
  })
  .prefault('');

const secret = z.string().min(32, 'must have at least 32 characters');

/**
 * Every variable that Lyceum reads, besides the families `EDUCATES_<NAME>_…` (one set a portal).
 * `.env.example` documents them; a spec holds the two together.
 */
export const environmentSchema = z.object({
  NODE_ENV: z.enum(['development', 'production', 'test']).default('development'),
  HOST: z.string().default('127.0.0.1'),
  PORT: integer(0, 65_535).default(3001),
  ROLE: z.enum(['all', 'web', 'worker']).default('all'),
  API_VERSION: z
    .string()
    .regex(/^v\d+$/, 'must look like v1')
    .default('v1'),
  PUBLIC_URL: httpUrl.optional(),
  FRONTEND_URL: httpUrl.optional(),

  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' }).optional(),
  DATABASE_POOL_SIZE: integer(2, 500).default(20),
  DATA_DIR: z.string().default('.data'),

  JWT_SECRET: secret.optional(),
  JWT_EXPIRES_IN: duration.prefault('24h'),
  REFRESH_TOKEN_EXPIRES_IN: duration.prefault('30d'),
  GUEST_IDLE_TTL: duration.prefault('30d'),
  AUDIT_RETENTION: duration.refine((seconds) => seconds >= 30 * 86_400, 'must be at least 30d').prefault('400d'),
  LOGIN_FAILURE_WINDOW: duration.prefault('15m'),
  LOGIN_MAX_FAILURES: integer(1, 1_000_000).default(10),
  LOGIN_MAX_FAILURES_PER_ACCOUNT: integer(1, 1_000_000).default(100),
  LOGIN_MAX_FAILURES_PER_ADDRESS: integer(1, 1_000_000).default(100),
  PASSWORD_HASH_CONCURRENCY: integer(1, 64).default(2),
  PASSWORD_HASH_QUEUE_SIZE: integer(0, 10_000).default(200),
  ADMIN_SECRET: secret.optional(),
  ENCRYPTION_KEY: z.string().optional(),

  CORS_ORIGIN: list.prefault(''),
  FORCE_HTTPS: flag.prefault('false'),
  TRUSTED_PROXIES: list
    .refine(
      (items) => items.every(isProxyRange),
      'must list addresses, CIDR ranges, loopback, linklocal or uniquelocal',
    )
    .prefault(''),
  BODY_LIMIT: integer(1024, 104_857_600).default(1_048_576),
  JSON_DEPTH_LIMIT: integer(4, 1000).default(32),
  IDEMPOTENCY_KEY_TTL: duration.prefault('24h'),
  OVERLOAD_IN_FLIGHT: integer(1, 1_000_000).default(250),
  SHUTDOWN_TIMEOUT: milliseconds().default(10_000),

  REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'must be a redis:// or rediss:// URL' }).optional(),
  REDIS_PASSWORD: z.string().optional(),
  REDIS_KEY_PREFIX: z.string().default('lyceum:'),

  RATE_LIMIT_WINDOW: milliseconds(86_400_000).default(900_000),
  RATE_LIMIT_MAX: integer(1, 1_000_000_000).default(1000),
  RATE_LIMIT_AUTH_MAX: integer(1, 1_000_000_000).default(5000),
  RATE_LIMIT_LOGIN_MAX: integer(1, 1_000_000_000).default(300),
  RATE_LIMIT_EXECUTE_MAX: integer(1, 1_000_000_000).default(600),

  HEALTH_CHECK_TIMEOUT: milliseconds(60_000).default(5000),
  METRICS_ENABLED: flag.prefault('true'),
  METRICS_TOKEN: z.string().min(16, 'must have at least 16 characters').optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),

  OUTBOUND_ALLOW_HOSTS: list.prefault(''),
  OUTBOUND_HTTPS_ONLY: flag.optional(),
  FILES_ROOT: z.string().optional(),

  TEST_REMINDER_LEAD: durationOrNever.prefault('24h'),
  ASSIGNMENT_REMINDER_LEAD: durationOrNever.prefault('24h'),
  SYSTEM_ERROR_WINDOW: duration.prefault('5m'),
  LOG_RETENTION: duration.refine((seconds) => seconds >= 86_400, 'must be at least 1d').prefault('30d'),

  SYNC_CONCURRENCY: integer(1, 256).default(8),
  SYNC_RUN_TIMEOUT: duration.refine((seconds) => seconds <= 7 * 86_400, 'must be at most 7d').prefault('1h'),

  EXERCISES_SERVICE_URL: serviceAddresses,
  EXERCISES_REFRESH_INTERVAL: milliseconds().default(60_000),
  EXECUTION_DRIVER: z.enum(['embedded', 'http', 'piston']).optional(),
  EXECUTOR_SERVICE_URL: serviceAddresses,
  EXECUTOR_OUTPUT_LIMIT: integer(1000, 10_000_000).default(10_000),
  PISTON_URL: serviceAddresses,
  PISTON_OUTPUT_LIMIT: integer(1000, 10_000_000).default(1024),
  PISTON_RUN_TIMEOUT: integer(1500, 300_000).default(3000),
  EXECUTION_CONCURRENCY: integer(1, 256).optional(),
  EXECUTION_QUEUE_SIZE: integer(0, 10_000).default(100),
  EXECUTION_WARM_INTERPRETERS: integer(0, 256).optional(),
  EXECUTION_MAX_OUTPUT_CHARS: integer(100, 10_000_000).default(10_000),
  EXECUTION_RESULT_TTL: duration.prefault('24h'),
  PROGRESS_SYNC_MAX_EVENTS: integer(1, 1000).default(200),
  PROGRESS_EVENT_MAX_AGE: duration.prefault('30d'),
  PROGRESS_EVENT_MAX_TIME_SPENT: duration.refine((seconds) => seconds <= 86_400, 'must be at most 24h').prefault('1h'),
  PROGRESS_EXERCISE_MAX_EVENTS: integer(1, 1_000_000).default(10_000),
  REGRADE_LEASE: duration.prefault('30s'),
  DASHBOARD_PART_TIMEOUT: milliseconds(60_000).default(2000),

  EDUCATES_PORTALS: z.string().optional(),
  EDUCATES_CATALOG_FRESHNESS: milliseconds().default(15_000),
  EDUCATES_RECONCILE_INTERVAL: milliseconds().default(15_000),
  BACKSTAGE_URL: httpUrl.optional(),
  BACKSTAGE_JWKS_URL: httpUrl.optional(),
  EDUCATES_ACTIVATION_TIMEOUT: integer(30, 3600).default(300),
  EDUCATES_USER_SESSIONS: integer(0, 1000).default(0),
  EDUCATES_PORTAL_SESSIONS: integer(0, 100_000).default(0),
});

export type Environment = z.output<typeof environmentSchema>;
