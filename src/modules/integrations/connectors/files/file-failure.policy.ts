import { AppError } from '../../../../platform/errors/app-error.js';
import { SyncFailure, type SyncFailureKind } from '../sync-failure.js';

/** What stores say, in their own codes, names and numbers. */
interface StoreError extends Error {
  code?: string | number;
  /** Of ssh2. */
  level?: string;
  /** Of the client for S3. */
  $metadata?: { httpStatusCode?: number };
  cause?: unknown;
}

const byCode: Record<string, [SyncFailureKind, string]> = {
  ENOENT: ['configuration', 'There is no such folder'],
  ENOTDIR: ['configuration', 'It is no folder'],
  EACCES: ['configuration', 'The folder may not be read or written'],
  EPERM: ['configuration', 'The folder may not be read or written'],
  ELOOP: ['configuration', 'It is a link'],
  // Of SFTP.
  '2': ['configuration', 'There is no such file or folder on the server'],
  '3': ['configuration', 'The account has no permission for it'],
};

const byName: Record<string, SyncFailureKind> = {
  InvalidAccessKeyId: 'authentication',
  SignatureDoesNotMatch: 'authentication',
  ExpiredToken: 'authentication',
  InvalidToken: 'authentication',
  AccessDenied: 'authentication',
  NoSuchBucket: 'configuration',
  PermanentRedirect: 'configuration',
  AuthorizationHeaderMalformed: 'configuration',
  SlowDown: 'throttled',
  TooManyRequestsException: 'throttled',
};

/** What a store of files, or the way to it, said, as the failure of a run. */
export function fileFailure(error: unknown, place: string): SyncFailure {
  if (error instanceof SyncFailure) return error;
  const as = (kind: SyncFailureKind, text: string): SyncFailure =>
    new SyncFailure(kind, `${place}: ${text}`.slice(0, 1000), undefined, { cause: error });
  if (error instanceof AppError) return as(error.kind === 'invalid' ? 'configuration' : 'source', error.message);
  const { code, level, message, name, $metadata } = error as StoreError;
  if (level === 'client-authentication')
    return as('authentication', 'The server did not take the user name and password or key');
  if (/private key|passphrase|OpenSSH/i.test(message))
    return as('configuration', 'The private key cannot be read; check its passphrase');
  if ($metadata !== undefined)
    return as(storageKind(name, $metadata.httpStatusCode), `The storage answered ${name}: ${message}`);
  const known = byCode[String(code)];
  if (known !== undefined) return as(...known);
  if (String(code).startsWith('Z_')) return as('source', 'A file is no gzip, or not to its end');
  return as('source', message);
}

function storageKind(name: string, status: number | undefined): SyncFailureKind {
  const known = byName[name];
  if (known !== undefined) return known;
  if (status === 401 || status === 403) return 'authentication';
  if (status === 429 || status === 503) return 'throttled';
  return status === 404 || status === 301 ? 'configuration' : 'source';
}
