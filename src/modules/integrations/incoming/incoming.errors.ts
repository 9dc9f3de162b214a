import { AppError } from '../../../platform/errors/app-error.js';
import type { Refusal } from './schemes/signed-request.js';

/** The same for a secret that never existed, one that was deleted, and one whose source or integration is not active. */
export function unknownSecret(): AppError {
  return new AppError('unauthenticated', 'incoming.unknown-secret', 'Invalid webhook secret');
}

/** The same for a token that never existed, one that was deleted, and one whose source or integration is not active. */
export function unknownAddress(): AppError {
  return new AppError('not-found', 'incoming.unknown-address', 'There is no webhook receiver at this address');
}

const advice: Record<Refusal, string> = {
  'signature-missing': 'the signature or token is missing or cannot be read',
  'signature-wrong': 'the signature or token is wrong; check the key and that the body is sent as it was signed',
  'timestamp-missing': 'the time is missing',
  'timestamp-outside-window': 'its time is more than five minutes from ours; check the clock',
  'no-key-configured': 'this receiver has no key yet',
};

export function notVerified(reason: Refusal): AppError {
  return new AppError('unauthenticated', 'incoming.not-verified', `The webhook is not accepted: ${advice[reason]}`, {
    details: { reason },
  });
}

export function tooManyWebhooksAtOnce(retryAfterSeconds: number): AppError {
  const message = 'This receiver takes no more webhooks at the moment; send it again later';
  return new AppError('too-many', 'incoming.too-many', message, { retryAfterSeconds });
}

export function keysUnavailable(retryAfterSeconds: number): AppError {
  const message = 'The keys that verify this webhook cannot be had at the moment; send it again later';
  return new AppError('unavailable', 'incoming.keys-unavailable', message, { retryAfterSeconds });
}

export function sourceNotFound(): AppError {
  return new AppError('not-found', 'incoming.source-not-found', 'The integration has no incoming source with this id');
}

export function keyNotFound(): AppError {
  return new AppError('not-found', 'incoming.key-not-found', 'The incoming source has no live key with this id');
}

export function requestNotFound(): AppError {
  return new AppError('not-found', 'incoming.request-not-found', 'There is no received webhook with this id');
}

export function notReplayable(): AppError {
  const message = 'It is waiting to be processed already; wait for the outcome';
  return new AppError('conflict', 'incoming.not-replayable', message);
}

export function tooManySources(limit: number): AppError {
  return new AppError(
    'conflict',
    'incoming.too-many-sources',
    `An integration has at most ${limit} incoming sources; delete one first`,
  );
}

export function tooManyKeys(limit: number): AppError {
  return new AppError(
    'conflict',
    'incoming.too-many-keys',
    `An incoming source has at most ${limit} live keys; delete one first`,
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
