import { AppError } from '../../../platform/errors/app-error.js';

export function eventTypeNotFound(): AppError {
  return new AppError(
    'not-found',
    'event-types.not-found',
    'There is no event type with this name; GET /api/integrations/event-types lists them',
  );
}

export function eventTypeBuiltIn(): AppError {
  const message = 'The event type is part of the catalogue and cannot be changed; register one with another name';
  return new AppError('conflict', 'event-types.built-in', message);
}

export function eventTypeTaken(name: string): AppError {
  return new AppError('conflict', 'event-types.taken', `There is already an event type "${name}"; choose another name`);
}

export function tooManyEventTypes(limit: number): AppError {
  const message = `There are at most ${limit} registered event types; delete one first`;
  return new AppError('conflict', 'event-types.too-many', message);
}
