import { AppError } from '../../../platform/errors/app-error.js';

export const invalidExerciseId = () =>
  new AppError('bad-request', 'exercises.invalid-id', 'Invalid exercise ID format: it looks like E0_greet');

export const exerciseNotFound = (id: string) =>
  new AppError('not-found', 'exercises.not-found', `Exercise with id '${id}' not found`);

export const exercisesServiceFailed = (problem: string) =>
  new AppError('upstream-failed', 'exercises.service-failed', `The exercise service cannot be used: ${problem}`, {
    retryAfterSeconds: 10,
  });

export const exercisesNotLoaded = () =>
  new AppError('unavailable', 'exercises.not-loaded', 'The exercises could not be loaded yet. Try again in 5 s.', {
    retryAfterSeconds: 5,
  });
