import { AppError } from '../../../platform/errors/app-error.js';
import type { ScheduleState } from './scheduled-event.entity.js';

export function scheduledEventNotFound(): AppError {
  return new AppError('not-found', 'scheduled-events.not-found', 'There is no scheduled event with this id');
}

export function notCancellable(state: ScheduleState): AppError {
  const message = `The event is ${state} and can no longer be cancelled`;
  return new AppError('conflict', 'scheduled-events.not-cancellable', message, { details: { state } });
}
