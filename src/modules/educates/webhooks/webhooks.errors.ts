import { AppError } from '../../../platform/errors/app-error.js';

/** The same for an address that we never gave out and for one whose session is deleted. */
export const unknownWebhook = (): AppError =>
  new AppError('not-found', 'educates.unknown-webhook', 'There is no such webhook');
