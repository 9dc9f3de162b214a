import { AppError } from '../../../platform/errors/app-error.js';

export const classNotFound = (name: string): AppError =>
  new AppError('not-found', 'educates.class-not-found', `There is no class ${name} that you may start workshops for`);

export const classTooLarge = (maximum: number): AppError =>
  new AppError(
    'invalid',
    'educates.class-too-large',
    `A workshop can be started for ${maximum} people at once; make groups of the class`,
  );

export const classStartNotFound = (id: string): AppError =>
  new AppError('not-found', 'educates.class-start-not-found', `You have started no workshop ${id} for a class`);
