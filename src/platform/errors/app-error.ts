/** What went wrong, in the words that decide the HTTP status, the log level and whether a retry can help. */
export type ErrorKind =
  | 'bad-request'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'gone'
  | 'too-large'
  | 'unsupported'
  | 'invalid'
  | 'too-many'
  | 'upstream-failed'
  | 'unavailable'
  | 'upstream-timeout';

/** One field that the caller has to mend. `field` is a path such as `config.endpoint`. */
export interface FieldError {
  field: string;
  message: string;
}

export interface AppErrorOptions {
  /** Machine-readable facts for the caller; sent as members of the problem document, so never secrets. */
  details?: Record<string, unknown> & { errors?: FieldError[] };
  /** Sent as `Retry-After`, in whole seconds. */
  retryAfterSeconds?: number;
  cause?: unknown;
}

/**
 * An expected failure. `code` is stable and names the feature (`webhooks.not-found`); `message` goes to the caller and says
 * what to do. Anything else that is thrown is a bug and becomes a 500 without inner text.
 */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly details: AppErrorOptions['details'];
  readonly retryAfterSeconds: number | undefined;

  constructor(
    readonly kind: ErrorKind,
    readonly code: string,
    message: string,
    options: AppErrorOptions = {},
  ) {
    super(message, { cause: options.cause });
    this.details = options.details;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}
