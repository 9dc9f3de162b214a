import { AppError } from '../../../platform/errors/app-error.js';
import type { Role } from './role.js';

export const credentialsRequired = (): AppError =>
  new AppError(
    'unauthenticated',
    'access.credentials-required',
    'Send an access token as "Authorization: Bearer <token>"; POST /auth/login and POST /auth/guest give one',
  );

export const invalidToken = (): AppError =>
  new AppError(
    'unauthenticated',
    'access.invalid-token',
    'The access token is not valid or has expired; refresh it or log in again',
  );

export const sessionEnded = (): AppError =>
  new AppError('unauthenticated', 'access.session-ended', 'The session has ended; log in again');

export const wrongAdminSecret = (): AppError =>
  new AppError(
    'unauthenticated',
    'access.wrong-admin-secret',
    'The x-admin-secret header does not hold the admin secret',
  );

export const roleRequired = (minimum: Role): AppError =>
  new AppError('forbidden', 'access.role-required', `This needs the role ${minimum} or a higher one`, {
    details: { requiredRole: minimum },
  });

export const accountRequired = (): AppError =>
  new AppError(
    'forbidden',
    'access.account-required',
    'The admin secret has no account of its own; use the bearer token of a user',
  );

export const grantRequired = (action: string, resource: string): AppError =>
  new AppError('forbidden', 'access.grant-required', `Nothing grants you ${action} on ${resource}; an admin can`, {
    details: { action, resource },
  });
