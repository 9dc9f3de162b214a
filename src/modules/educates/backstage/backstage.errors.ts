import { AppError } from '../../../platform/errors/app-error.js';

export const logoTokenRequired = (): AppError =>
  new AppError(
    'unauthenticated',
    'educates.logo-token-required',
    'Send the token that POST /workshops/:portal/token gives, as "Authorization: Bearer <token>"',
  );
