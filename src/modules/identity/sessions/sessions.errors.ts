import { AppError } from '../../../platform/errors/app-error.js';

/** The same for an unknown, expired, spent and revoked token: whoever holds it has to log in. */
export const invalidRefreshToken = (): AppError =>
  new AppError(
    'unauthenticated',
    'auth.invalid-refresh-token',
    'The refresh token is not valid any more; log in again',
  );

export const sessionNotFound = (): AppError =>
  new AppError('not-found', 'sessions.not-found', 'You have no such session; GET /auth/sessions lists yours');
