import path from 'node:path';
import { AllowList } from '../http-client/allow-list.policy.js';
import { ConfigurationError } from './configuration-error.js';
import { parsePortals, type ConfiguredPortal } from './educates-portals.js';
import { parseEncryptionKeys, type EncryptionKey } from './encryption-keys.js';
import { environmentSchema, type Environment } from './environment.schema.js';
import { readOrGenerateSecrets, type SecretName } from './generated-secrets.js';
import { driverProblems, pythonServicesOf, type PythonServices } from './python-services.js';

/**
 * The whole configuration, validated once at start and injected by this class. Nothing else reads the environment.
 * Durations and sizes carry their unit in the name.
 */
export class AppConfig {
  readonly environment: Environment['NODE_ENV'];
  /** `web` answers HTTP, `worker` runs jobs and schedules, `all` does both. */
  readonly role: Environment['ROLE'];
  readonly dataDirectory: string;
  readonly http: {
    host: string;
    port: number;
    apiVersion: string;
    /** Where browsers and other systems reach us; no trailing slash. */
    publicUrl: string;
    frontendUrl: string | undefined;
    /** Origins that browsers may call from; `*` alone means any, without credentials. */
    corsOrigins: string[];
    trustedProxies: string[];
    isHttpsForced: boolean;
    bodyLimitBytes: number;
    /** Arrays and objects inside each other in a JSON body. */
    jsonDepthLimit: number;
    /** How long an answer can be had again by its `Idempotency-Key`. */
    idempotencyKeyTtlSeconds: number;
    /** Requests under way beyond which further ones are refused while the event loop is late. */
    overloadInFlight: number;
    shutdownTimeoutMs: number;
  };
  readonly database: { url: string | undefined; poolSize: number };
  readonly secrets: { jwt: string; admin: string; encryptionKeys: EncryptionKey[] };
  readonly auth: {
    accessTokenTtlSeconds: number;
    refreshTokenTtlSeconds: number;
    guestIdleTtlSeconds: number;
    auditRetentionSeconds: number;
    /** Failed logins that are allowed within the window. */
    loginFailures: { windowSeconds: number; perAccountAndAddress: number; perAccount: number; perAddress: number };
    passwordHashing: { maxConcurrent: number; maxQueued: number };
  };
  readonly redis: { url: string; password: string | undefined; keyPrefix: string } | undefined;
  readonly rateLimit: {
    windowMs: number;
    anonymousMax: number;
    authenticatedMax: number;
    loginMax: number;
    executeMax: number;
  };
  readonly health: { timeoutMs: number };
  readonly metrics: { isEnabled: boolean; token: string | undefined };
  readonly logging: { level: Environment['LOG_LEVEL']; isPretty: boolean };
  readonly outbound: { allowHosts: string[]; isHttpsOnly: boolean };
  /** Below it integrations may read and write files of this machine; undefined for nowhere. */
  readonly filesRoot: string | undefined;
  /** How long before its date a reminder is published; 0 for no reminders. */
  readonly reminders: { testMs: number; assignmentMs: number };
  /** One `system.error` in this time for each fault of ours. */
  readonly systemErrorWindowSeconds: number;
  /** How long deliveries, their attempts, received webhooks, calls and events are kept once they are done with. */
  readonly logRetentionSeconds: number;
  /** Runs of integrations at once in this process, and how long one may take. */
  readonly sync: { concurrency: number; runTimeoutMs: number };
  readonly execution: {
    /** Programs at once; the number of cores when undefined. */
    concurrency: number | undefined;
    queueSize: number;
    /** Interpreters that wait for work; two for each core when undefined, none in a pure worker. */
    warmInterpreters: number | undefined;
    maxOutputChars: number;
    /** How long asynchronous runs, and graded results for use again, are kept. */
    resultTtlSeconds: number;
  };
  readonly pythonServices: PythonServices;
  readonly progress: {
    /** Events in one `POST /progress/sync`. */
    syncMaxEvents: number;
    /** How long ago an event may have happened when its device sends it. */
    eventMaxAgeSeconds: number;
    /** Working time that one event may bring. */
    eventMaxTimeSpentSeconds: number;
    /** Events that the devices of one person may send about one exercise, ever. */
    exerciseMaxEvents: number;
    /** How long a process has one solution of a regrade for itself. */
    regradeLeaseSeconds: number;
    /** How long `GET /dashboard` waits for each of its parts. */
    dashboardPartTimeoutMs: number;
  };
  readonly educates: {
    portals: ConfiguredPortal[];
    catalogFreshnessMs: number;
    reconcileIntervalMs: number;
    activationTimeoutSeconds: number;
    /** Sessions that one person may have or wait for at once, on all portals together; 0 is no limit. */
    userSessions: number;
    /** Sessions of ours that one portal may hold at once; 0 is no limit but the portal's own. */
    portalSessions: number;
    /** Whose user tokens the plugin's routes accept; undefined for nobody's. */
    backstage: { issuer: string; keySetUrl: string } | undefined;
  };
  /** Things the operator should know that do not stop the start. */
  readonly warnings: string[];
  /** The secrets that were generated because the environment does not set them. */
  readonly generatedSecrets: SecretName[];

  /**
   * @param variables environment variables; an empty value counts as not set
   * @throws ConfigurationError naming every bad variable
   */
  constructor(variables: Record<string, unknown>) {
    const problems: string[] = [];
    const { env, warnings } = parseEnvironment(variables, problems);
    const portals = parsePortals(variables, problems);
    if (problems.length > 0 || env === undefined) throw new ConfigurationError(problems);

    const isProduction = env.NODE_ENV === 'production';
    this.environment = env.NODE_ENV;
    this.role = env.ROLE;
    this.dataDirectory = path.resolve(env.DATA_DIR);
    this.http = {
      host: env.HOST,
      port: env.PORT,
      apiVersion: env.API_VERSION,
      publicUrl: (env.PUBLIC_URL ?? `http://${env.HOST}:${env.PORT}`).replace(/\/+$/, ''),
      frontendUrl: env.FRONTEND_URL,
      corsOrigins: env.CORS_ORIGIN.length > 0 ? env.CORS_ORIGIN : env.FRONTEND_URL ? [env.FRONTEND_URL] : [],
      trustedProxies: env.TRUSTED_PROXIES,
      isHttpsForced: env.FORCE_HTTPS,
      bodyLimitBytes: env.BODY_LIMIT,
      jsonDepthLimit: env.JSON_DEPTH_LIMIT,
      idempotencyKeyTtlSeconds: env.IDEMPOTENCY_KEY_TTL,
      overloadInFlight: env.OVERLOAD_IN_FLIGHT,
      shutdownTimeoutMs: env.SHUTDOWN_TIMEOUT,
    };
    this.database = { url: env.DATABASE_URL, poolSize: env.DATABASE_POOL_SIZE };
    this.auth = {
      accessTokenTtlSeconds: env.JWT_EXPIRES_IN,
      refreshTokenTtlSeconds: env.REFRESH_TOKEN_EXPIRES_IN,
      guestIdleTtlSeconds: env.GUEST_IDLE_TTL,
      auditRetentionSeconds: env.AUDIT_RETENTION,
      loginFailures: {
        windowSeconds: env.LOGIN_FAILURE_WINDOW,
        perAccountAndAddress: env.LOGIN_MAX_FAILURES,
        perAccount: env.LOGIN_MAX_FAILURES_PER_ACCOUNT,
        perAddress: env.LOGIN_MAX_FAILURES_PER_ADDRESS,
      },
      passwordHashing: { maxConcurrent: env.PASSWORD_HASH_CONCURRENCY, maxQueued: env.PASSWORD_HASH_QUEUE_SIZE },
    };
    this.redis =
      env.REDIS_URL === undefined
        ? undefined
        : { url: env.REDIS_URL, password: env.REDIS_PASSWORD, keyPrefix: env.REDIS_KEY_PREFIX };
    this.rateLimit = {
      windowMs: env.RATE_LIMIT_WINDOW,
      anonymousMax: env.RATE_LIMIT_MAX,
      authenticatedMax: env.RATE_LIMIT_AUTH_MAX,
      loginMax: env.RATE_LIMIT_LOGIN_MAX,
      executeMax: env.RATE_LIMIT_EXECUTE_MAX,
    };
    this.health = { timeoutMs: env.HEALTH_CHECK_TIMEOUT };
    this.metrics = { isEnabled: env.METRICS_ENABLED, token: env.METRICS_TOKEN };
    this.logging = { level: env.LOG_LEVEL, isPretty: env.NODE_ENV === 'development' };
    this.outbound = { allowHosts: env.OUTBOUND_ALLOW_HOSTS, isHttpsOnly: env.OUTBOUND_HTTPS_ONLY ?? isProduction };
    this.filesRoot = env.FILES_ROOT === undefined ? undefined : path.resolve(env.FILES_ROOT);
    this.reminders = { testMs: env.TEST_REMINDER_LEAD * 1000, assignmentMs: env.ASSIGNMENT_REMINDER_LEAD * 1000 };
    this.systemErrorWindowSeconds = env.SYSTEM_ERROR_WINDOW;
    this.logRetentionSeconds = env.LOG_RETENTION;
    this.sync = { concurrency: env.SYNC_CONCURRENCY, runTimeoutMs: env.SYNC_RUN_TIMEOUT * 1000 };
    this.execution = {
      concurrency: env.EXECUTION_CONCURRENCY,
      queueSize: env.EXECUTION_QUEUE_SIZE,
      warmInterpreters: env.ROLE === 'worker' ? 0 : env.EXECUTION_WARM_INTERPRETERS,
      maxOutputChars: env.EXECUTION_MAX_OUTPUT_CHARS,
      resultTtlSeconds: env.EXECUTION_RESULT_TTL,
    };
    this.pythonServices = pythonServicesOf(env);
    this.progress = {
      syncMaxEvents: env.PROGRESS_SYNC_MAX_EVENTS,
      eventMaxAgeSeconds: env.PROGRESS_EVENT_MAX_AGE,
      eventMaxTimeSpentSeconds: env.PROGRESS_EVENT_MAX_TIME_SPENT,
      exerciseMaxEvents: env.PROGRESS_EXERCISE_MAX_EVENTS,
      regradeLeaseSeconds: env.REGRADE_LEASE,
      dashboardPartTimeoutMs: env.DASHBOARD_PART_TIMEOUT,
    };
    this.educates = {
      portals,
      catalogFreshnessMs: env.EDUCATES_CATALOG_FRESHNESS,
      reconcileIntervalMs: env.EDUCATES_RECONCILE_INTERVAL,
      activationTimeoutSeconds: env.EDUCATES_ACTIVATION_TIMEOUT,
      userSessions: env.EDUCATES_USER_SESSIONS,
      portalSessions: env.EDUCATES_PORTAL_SESSIONS,
      backstage: backstageOf(env),
    };
    this.warnings = warnings;

    const given = { JWT_SECRET: env.JWT_SECRET, ADMIN_SECRET: env.ADMIN_SECRET, ENCRYPTION_KEY: env.ENCRYPTION_KEY };
    this.generatedSecrets = (Object.keys(given) as SecretName[]).filter((name) => given[name] === undefined);
    const generated = this.generatedSecrets.length > 0 ? readOrGenerateSecrets(this.dataDirectory) : undefined;
    const secret = (name: SecretName): string => given[name] ?? generated?.[name] ?? '';
    this.secrets = {
      jwt: secret('JWT_SECRET'),
      admin: secret('ADMIN_SECRET'),
      encryptionKeys: parseEncryptionKeys(secret('ENCRYPTION_KEY')),
    };
  }
}

function backstageOf({ BACKSTAGE_URL, BACKSTAGE_JWKS_URL }: Environment): AppConfig['educates']['backstage'] {
  if (BACKSTAGE_URL === undefined) return undefined;
  const issuer = `${BACKSTAGE_URL.replace(/\/+$/, '')}/api/auth`;
  return { issuer, keySetUrl: BACKSTAGE_JWKS_URL ?? `${issuer}/.well-known/jwks.json` };
}

const requiredInProduction = ['DATABASE_URL', 'JWT_SECRET', 'ADMIN_SECRET', 'ENCRYPTION_KEY'] as const;

/** Validates the flat variables; problems are collected, not thrown, so that one start reports all of them. */
function parseEnvironment(
  variables: Record<string, unknown>,
  problems: string[],
): { env: Environment | undefined; warnings: string[] } {
  const warnings: string[] = [];
  const present = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  if (present['EEALTH_CHECK_TIMEOUT'] !== undefined) {
    warnings.push('EEALTH_CHECK_TIMEOUT is misspelt; it was read as HEALTH_CHECK_TIMEOUT');
    present['HEALTH_CHECK_TIMEOUT'] ??= present['EEALTH_CHECK_TIMEOUT'];
  }
  const parsed = environmentSchema.safeParse(present);
  if (!parsed.success) {
    problems.push(...parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
  }
  if (present['NODE_ENV'] === 'production') {
    for (const name of requiredInProduction) {
      if (present[name] === undefined) problems.push(`${name}: is required when NODE_ENV is production`);
    }
  }
  if (parsed.data !== undefined) problems.push(...driverProblems(parsed.data));
  try {
    void new AllowList(parsed.data?.OUTBOUND_ALLOW_HOSTS ?? []);
  } catch (error) {
    problems.push(`OUTBOUND_ALLOW_HOSTS: ${(error as Error).message}`);
  }
  try {
    if (typeof present['ENCRYPTION_KEY'] === 'string') parseEncryptionKeys(present['ENCRYPTION_KEY']);
  } catch (error) {
    problems.push(`ENCRYPTION_KEY: ${(error as Error).message}`);
  }
  return { env: parsed.data, warnings };
}
