import { AppError } from '../../../platform/errors/app-error.js';

export const ownTestsNotAllowed = () =>
  new AppError('forbidden', 'runs.own-tests', 'Only instructors and admins may send testCode; leave it out');

export const exerciseNeeded = () =>
  new AppError('bad-request', 'runs.exercise-needed', 'runTests needs an exerciseId whose tests are run');

export const runFailed = () =>
  new AppError('unavailable', 'runs.internal', 'The run failed for a reason of ours and was not counted; try again', {
    retryAfterSeconds: 2,
  });
