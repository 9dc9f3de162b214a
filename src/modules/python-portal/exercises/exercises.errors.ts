import { AppError } from '../../../platform/errors/app-error.js';

export const invalidExerciseId = () =>
  new AppError('bad-request', 'exercises.invalid-id', 'Invalid exercise ID format: it looks like E0_greet');

export const exerciseNotFound = (id: string) =>
  new AppError('not-found', 'exercises.not-found', `Exercise with id '${id}' not found`);
