import { AppError } from '../../../platform/errors/app-error.js';

export const executionNotFound = (): AppError =>
  new AppError(
    'not-found',
    'executions.not-found',
    'There is no execution of yours under this id; results are kept for a limited time',
  );

export const stopping = (): AppError =>
  new AppError('unavailable', 'executions.stopping', 'The service is being restarted; try again in a moment', {
    retryAfterSeconds: 5,
  });

export const tooManyStreams = (limit: number): AppError =>
  new AppError('too-many', 'executions.too-many-streams', `Close some of your event streams; ${limit} can be open`, {
    retryAfterSeconds: 5,
  });
