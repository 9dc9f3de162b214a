import { AppError } from '../../../platform/errors/app-error.js';

export const logoTokenRequired = (): AppError =>
  new AppError(
    'unauthenticated',
    'educates.logo-token-required',
    'Send the token that POST /workshops/:portal/token gives, as "Authorization: Bearer <token>"',
  );

export const backstageKeysUnavailable = (retryAfterSeconds: number): AppError =>
  new AppError(
    'unavailable',
    'educates.backstage-keys-unavailable',
    'The keys that verify Backstage tokens cannot be had at the moment; try again later',
    { retryAfterSeconds },
  );
