/**
 * `authentication`: the credentials are not taken; repeated, it pauses the integration. `configuration`: an admin has to change it.
 * `source`: the other system failed or answers what cannot be read. `throttled`: it wants to be left alone for a while; the run goes
 * on from where it is.
 */
export type SyncFailureKind = 'authentication' | 'configuration' | 'source' | 'throttled';

/** Why a run, a test or a batch could not be done, in words for the admin who set it up; never holds a secret. */
export class SyncFailure extends Error {
  constructor(
    readonly kind: SyncFailureKind,
    message: string,
    /** Not to be tried before. */
    readonly retryAfterMs?: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'SyncFailure';
  }
}
