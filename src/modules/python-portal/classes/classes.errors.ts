import { AppError } from '../../../platform/errors/app-error.js';

/** The same for a class that does not exist and for one of somebody else. */
export const classNotFound = (name: string) =>
  new AppError('not-found', 'classes.not-found', `You teach no class ${name}; an admin can make you its instructor`);

export const regradeNotFound = (id: string) =>
  new AppError('not-found', 'regrades.not-found', `The class has no regrade ${id}`);

export const regradeRunning = () =>
  new AppError('conflict', 'regrades.running', 'This exercise is being graded again for this class; wait for its end');
