import { AppError } from '../../../platform/errors/app-error.js';

/** The same for an unknown user and a wrong password. */
export const invalidCredentials = (): AppError =>
  new AppError('unauthenticated', 'auth.invalid-credentials', 'Email, username or password is wrong');

/** Only told to somebody who knows the password. */
export const accountDisabled = (): AppError =>
  new AppError('forbidden', 'auth.account-disabled', 'This account is disabled; ask an administrator');

/** Not 401: the session is good, and a client should not throw it away. */
export const wrongCurrentPassword = (): AppError =>
  new AppError('forbidden', 'auth.wrong-current-password', 'currentPassword is not your password');

export const notAGuest = (): AppError =>
  new AppError('conflict', 'auth.not-a-guest', 'This is an account already; only a guest can upgrade');
