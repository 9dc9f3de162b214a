import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiConflictResponse, ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { badKey } from './idempotency.errors.js';
import { parseIdempotencyKey } from './idempotency-key.policy.js';

/**
 * The key of the request, undefined when it has none.
 *
 * @throws AppError `idempotency.bad-key`
 */
export const IdempotencyKey = createParamDecorator((_: unknown, context: ExecutionContext): string | undefined => {
  const header = context.switchToHttp().getRequest<FastifyRequest>().headers['idempotency-key'];
  if (header === undefined) return undefined;
  const key = parseIdempotencyKey(header);
  if (key === undefined) throw badKey();
  return key;
});

/** Documents a route that takes {@link IdempotencyKey}. */
export const ApiIdempotencyKey = () =>
  applyDecorators(
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description:
        'A new key for each new request, 1 to 255 visible ASCII characters. The same request with the same key gets the answer of the first one.',
      schema: { type: 'string', minLength: 1, maxLength: 255, example: '8e03978e-40d5-43dd-bc93-6894a57f9324' },
    }),
    ApiConflictResponse({
      description: 'This Idempotency-Key came with another body, or its request is under way; see Retry-After',
    }),
  );
