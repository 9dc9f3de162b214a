import { AppError } from '../../../platform/errors/app-error.js';

export const passwordsBusy = (): AppError =>
  new AppError('too-many', 'auth.busy', 'Too many people are signing in at this moment; try again in some seconds', {
    retryAfterSeconds: 5,
  });

export const tooManyAttempts = (retryAfterSeconds: number): AppError =>
  new AppError('too-many', 'auth.too-many-attempts', 'Too many failed attempts; wait before you try again', {
    retryAfterSeconds,
  });
