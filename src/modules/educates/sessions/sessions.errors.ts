import { AppError } from '../../../platform/errors/app-error.js';

/** Also for sessions of others: who may not see them cannot learn that they exist. */
export const sessionNotFound = (id: string): AppError =>
  new AppError('not-found', 'educates.session-not-found', `You have no workshop session ${id}`);

export const workshopNotFound = (workshop: string): AppError =>
  new AppError('not-found', 'educates.workshop-not-found', `No training portal offers the workshop ${workshop}`);

/** The text is the plugin's. */
export const environmentNotFound = (environment: string): AppError =>
  new AppError('not-found', 'educates.workshop-not-found', `Workshop not found with environment name: ${environment}`);

export const noCapacity = (workshop: string): AppError =>
  new AppError(
    'unavailable',
    'educates.no-capacity',
    `All places of the workshop ${workshop} are taken; try again soon`,
    {
      retryAfterSeconds: 15,
    },
  );

export const stillWaiting = (workshop: string): AppError =>
  new AppError(
    'unavailable',
    'educates.no-capacity',
    `You are in the waiting list of the workshop ${workshop}; there is no place for you yet`,
    { retryAfterSeconds: 15 },
  );

export const userQuota = (maximum: number): AppError =>
  new AppError(
    'conflict',
    'educates.user-quota',
    `You have ${maximum} workshop sessions, and nobody may have more at once; end one of them first`,
    { details: { maximum } },
  );

export const userLimit = (workshop: string): AppError =>
  new AppError(
    'conflict',
    'educates.user-limit',
    `You have as many sessions as one person may have where the workshop ${workshop} is offered; end one of them first`,
  );

export const parametersInvalid = (errors: { field: string; message: string }[]): AppError =>
  new AppError('invalid', 'educates.bad-parameters', 'The parameters of the workshop are not valid', {
    details: { errors },
  });

export const sessionOver = (): AppError =>
  new AppError('gone', 'educates.session-gone', 'The session has ended; request the workshop again');

export const sessionNotRunning = (): AppError =>
  new AppError(
    'conflict',
    'educates.session-not-running',
    'Nobody has entered the session yet; follow its launchUrl, its time begins then',
  );

export const tooManyStreams = (limit: number): AppError =>
  new AppError('too-many', 'educates.too-many-streams', `Close some of your event streams; ${limit} can be open`, {
    retryAfterSeconds: 5,
  });

export const launchCredentialsRequired = (): AppError =>
  new AppError(
    'unauthenticated',
    'educates.launch-credentials-required',
    'Send your access token, or use the launchUrl that a session shows; each works once and for some minutes',
  );

export const sessionContended = (): AppError =>
  new AppError('conflict', 'educates.session-contended', 'Another request is changing the session; try again');
