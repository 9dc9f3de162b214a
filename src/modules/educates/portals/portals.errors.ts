import { AppError, type FieldError } from '../../../platform/errors/app-error.js';

/** The text is the plugin's, which front ends may show or compare. */
export const portalNotFound = (): AppError =>
  new AppError('not-found', 'educates.portal-not-found', 'Training portal not found');

export const portalExists = (name: string): AppError =>
  new AppError('conflict', 'educates.portal-exists', `There is a training portal ${name} already; choose another name`);

export const portalReadOnly = (name: string): AppError =>
  new AppError(
    'conflict',
    'educates.portal-read-only',
    `The training portal ${name} is configured in the environment; change EDUCATES_PORTALS and restart`,
  );

export const portalContended = (): AppError =>
  new AppError(
    'conflict',
    'educates.portal-contended',
    'Somebody else has changed the training portal; read it again and retry',
  );

export const portalInUse = (name: string, sessions: number): AppError =>
  new AppError(
    'conflict',
    'educates.portal-in-use',
    `There are ${sessions} sessions on the training portal ${name}; wait for their end, or send endSessions=true to end them`,
    { details: { sessions } },
  );

export const tooManyPortals = (limit: number): AppError =>
  new AppError(
    'conflict',
    'educates.too-many-portals',
    `There can be ${limit} training portals at most; remove one first`,
  );

/** @param problem which setting is wrong, and how */
export const portalTestFailed = (problem: FieldError): AppError =>
  new AppError(
    'invalid',
    'educates.portal-test-failed',
    `The training portal cannot be used: ${problem.field} ${problem.message}`,
    { details: { errors: [problem] } },
  );

export const portalSettingsInvalid = (problem: FieldError): AppError =>
  new AppError('invalid', 'educates.portal-settings-invalid', `${problem.field} ${problem.message}`, {
    details: { errors: [problem] },
  });
