import { AppError } from '../../../platform/errors/app-error.js';

export const userNotFound = (id: string): AppError =>
  new AppError('not-found', 'users.not-found', `There is no user ${id}`);

export const emailTaken = (): AppError =>
  new AppError(
    'conflict',
    'users.email-taken',
    'An account with this email exists already; log in, or use another email',
  );

export const usernameTaken = (): AppError =>
  new AppError('conflict', 'users.username-taken', 'This username is taken; choose another one');

export const guestHasNoAccount = (): AppError =>
  new AppError(
    'conflict',
    'users.guest',
    'A guest has no account whose role could change; the guest has to upgrade first',
  );

export const notForYourself = (): AppError =>
  new AppError('conflict', 'users.not-for-yourself', 'You cannot do this to your own account; ask another admin');

export const notAGuestToken = (): AppError =>
  new AppError(
    'bad-request',
    'users.not-a-guest-token',
    'guestToken is not the access token of a guest, or this guest was merged before',
  );
