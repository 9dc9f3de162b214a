import { AppError } from '../errors/app-error.js';

export const badKey = (): AppError =>
  new AppError(
    'bad-request',
    'idempotency.bad-key',
    'The Idempotency-Key header must be one key of 1 to 255 visible ASCII characters, such as a UUID',
  );

export const keyReused = (): AppError =>
  new AppError(
    'conflict',
    'idempotency.key-reused',
    'This Idempotency-Key came with another body before; send each new request with a new key',
  );

export const requestUnderWay = (): AppError =>
  new AppError(
    'conflict',
    'idempotency.under-way',
    'A request with this Idempotency-Key is under way; send it again in a moment for its answer',
    { retryAfterSeconds: 1 },
  );
