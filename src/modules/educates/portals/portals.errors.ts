import { AppError } from '../../../platform/errors/app-error.js';

/** The text is the plugin's, which front ends may show or compare. */
export const portalNotFound = (): AppError =>
  new AppError('not-found', 'educates.portal-not-found', 'Training portal not found');
