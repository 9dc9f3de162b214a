import { AppError } from '../../../platform/errors/app-error.js';

export function queueFull(retryAfterSeconds: number): AppError {
  return new AppError(
    'too-many',
    'execution.queue-full',
    `Too many programs are waiting to run. Try again in ${retryAfterSeconds} s.`,
    { retryAfterSeconds },
  );
}

export function executionUnavailable(reason: string): AppError {
  return new AppError('unavailable', 'execution.unavailable', `Code cannot be run now: ${reason}. Try again soon.`, {
    retryAfterSeconds: 5,
  });
}

export function executorBusy(retryAfterSeconds: number): AppError {
  return new AppError(
    'too-many',
    'execution.executor-busy',
    `The service that runs code takes no more programs now. Try again in ${retryAfterSeconds} s.`,
    { retryAfterSeconds },
  );
}
