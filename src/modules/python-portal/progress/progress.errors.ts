import { AppError } from '../../../platform/errors/app-error.js';

export const eventTooOld = (maxAgeSeconds: number) =>
  new AppError(
    'invalid',
    'progress.event-too-old',
    `The event happened more than ${Math.floor(maxAgeSeconds / 86_400)} days ago and no longer counts; drop it`,
  );

export const eventIdReused = () =>
  new AppError(
    'conflict',
    'progress.event-id-reused',
    'Another event with this eventId was counted before; give each event an id of its own',
  );

export const tooManyEvents = (limit: number) =>
  new AppError(
    'conflict',
    'progress.too-many-events',
    `Your devices have sent ${limit} events about this exercise, which is the limit; drop this one`,
  );
