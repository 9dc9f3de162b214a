import { AppError } from '../../../platform/errors/app-error.js';
import { invalidFields } from '../field-errors.js';

export function replayNotFound(): AppError {
  return new AppError('not-found', 'replays.not-found', 'The webhook has no replay with this id');
}

export function replayUnderWay(): AppError {
  const message = 'A replay of this webhook is under way; wait until it is finished (GET …/replays)';
  return new AppError('conflict', 'replays.under-way', message);
}

export function rangeEmpty(): AppError {
  return invalidFields([{ field: 'from', message: 'must be before "to"' }]);
}
