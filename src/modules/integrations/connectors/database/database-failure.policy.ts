import { AppError } from '../../../../platform/errors/app-error.js';
import { SyncFailure, type SyncFailureKind } from '../sync-failure.js';

interface DriverError extends Error {
  /** SQLSTATE of PostgreSQL; a name such as `ER_BAD_FIELD_ERROR` of MySQL; or what Node says. */
  code?: string;
  errno?: number;
  sqlState?: string;
}

const tlsCode = /^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH|EPROTO)/;

/** Errors of MySQL and MariaDB by number. */
const mysqlKinds: [SyncFailureKind, number[]][] = [
  ['authentication', [1044, 1045, 1130, 1251, 1698, 1862, 1820, 4151]],
  [
    'configuration',
    [1046, 1049, 1052, 1054, 1060, 1064, 1102, 1136, 1142, 1143, 1146, 1149, 1210, 1227, 1248, 1290, 1305, 1370, 1792],
  ],
];
const mysqlTimeouts = new Set([1205, 1317, 1969, 3024]);

/** What a database, or the way to it, said, as the failure of a run. */
export function databaseFailure(error: unknown, timeoutMs: number): SyncFailure {
  if (error instanceof SyncFailure) return error;
  if (error instanceof AppError) {
    return new SyncFailure(error.kind === 'invalid' ? 'configuration' : 'source', error.message, undefined, {
      cause: error,
    });
  }
  const { code = '', errno, message } = error as DriverError;
  const as = (kind: SyncFailureKind, text: string): SyncFailure =>
    new SyncFailure(kind, text.slice(0, 1000), undefined, { cause: error });
  if (isNoTls(code, message)) {
    return as('configuration', 'The database does not offer TLS; only with config.tls "disable" is it reached without');
  }
  if (tlsCode.test(code) || code === 'HANDSHAKE_SSL_ERROR')
    return as('configuration', `The certificate of the database was not accepted: ${message}`);
  if (code === '57014' || mysqlTimeouts.has(errno ?? 0)) return databaseTimedOut(timeoutMs);
  const kind = postgresKind(code) ?? mysqlKind(errno);
  if (kind === 'authentication') return as(kind, `The database did not let us in: ${message}`);
  if (kind === 'configuration') return as(kind, `The database cannot do what is configured: ${message}`);
  return as('source', `The database failed or broke off: ${message}`);
}

export function databaseTimedOut(timeoutMs: number): SyncFailure {
  return new SyncFailure(
    'source',
    `The database took longer than ${timeoutMs} ms; config.timeout says how long it may`,
  );
}

function isNoTls(code: string, message: string): boolean {
  return code === 'HANDSHAKE_NO_SSL_SUPPORT' || message === 'The server does not support SSL connections';
}

function postgresKind(code: string): SyncFailureKind | undefined {
  if (!/^[0-9A-Z]{5}$/.test(code) || code.startsWith('E')) return undefined;
  if (code.startsWith('28')) return 'authentication';
  // Unknown database or schema, syntax and names, what is not supported, parameters that do not fit, a query that writes.
  return /^(3D|3F|42|0A|25006|08P01|26)/.test(code) ? 'configuration' : 'source';
}

function mysqlKind(errno: number | undefined): SyncFailureKind | undefined {
  return mysqlKinds.find(([, numbers]) => numbers.includes(errno ?? 0))?.[0];
}

/** Errors of MySQL about a row that have no SQLSTATE of their own. */
const mysqlRowErrors = new Set([1364, 1366, 1411, 1525, 3140, 3819, 4025]);
const missingReference = new Set(['23503', '1452', '1216']);

/** What a row did wrong when a statement failed because of it; undefined when the statement or the database did. */
export function rowProblem(error: unknown): { reason: string; isRetryable: boolean } | undefined {
  const { code = '', errno, sqlState = '', message } = error as DriverError;
  const state = sqlState === '' ? code : sqlState;
  const isPerRow = /^2[23][0-9A-Z]{3}$/.test(state) || mysqlRowErrors.has(errno ?? 0);
  if (!isPerRow) return undefined;
  // The row that it refers to may come later.
  const isRetryable = missingReference.has(code) || missingReference.has(String(errno));
  return { reason: message.slice(0, 500), isRetryable };
}
