import { AppError } from '../../../platform/errors/app-error.js';

/** The same for a secret that never existed, one that was deleted, and one whose integration is not active. */
export function unknownSecret(): AppError {
  return new AppError('unauthenticated', 'incoming.unknown-secret', 'Invalid webhook secret');
}

export function sourceNotFound(): AppError {
  return new AppError('not-found', 'incoming.source-not-found', 'The integration has no incoming source with this id');
}

export function tooManySources(limit: number): AppError {
  return new AppError(
    'conflict',
    'incoming.too-many-sources',
    `An integration has at most ${limit} incoming sources; delete one first`,
  );
}

export function secretTaken(): AppError {
  return new AppError(
    'conflict',
    'incoming.secret-taken',
    'This secret cannot be used; choose another or let one be made',
    {
      details: { errors: [{ field: 'secret', message: 'cannot be used' }] },
    },
  );
}
