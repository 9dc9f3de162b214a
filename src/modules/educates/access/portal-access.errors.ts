import { AppError } from '../../../platform/errors/app-error.js';

// The texts are the plugin's, which front ends may show or compare.

export const portalAccessDenied = (): AppError =>
  new AppError('forbidden', 'educates.portal-access-denied', 'Access denied to this training portal');

export const workshopAccessDenied = (): AppError =>
  new AppError('forbidden', 'educates.workshop-access-denied', 'Access denied to start this workshop');
