import { AppError } from '../../../platform/errors/app-error.js';

export const grantNotFound = (id: string): AppError =>
  new AppError('not-found', 'grants.not-found', `There is no grant ${id}`);

export const grantExists = (): AppError =>
  new AppError('conflict', 'grants.exists', 'The subject has exactly this grant already');

export const tooManyGrants = (limit: number): AppError =>
  new AppError(
    'conflict',
    'grants.too-many',
    `A subject can have ${limit} grants at most; use patterns with * or a group, or delete some`,
  );

export const notAMember = (): AppError =>
  new AppError('not-found', 'grants.not-a-member', 'The user is not a member of this group');
