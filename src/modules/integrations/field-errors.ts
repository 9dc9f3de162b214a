import type { z } from 'zod';
import { AppError, type FieldError } from '../../platform/errors/app-error.js';

/** A 422 that names every field which does not fit. */
export function invalidFields(errors: FieldError[]): AppError {
  const summary = errors.map(({ field, message }) => `${field}: ${message}`).join('; ');
  return new AppError(
    'invalid',
    'integrations.invalid-fields',
    `The request cannot be accepted. ${summary}`.slice(0, 2000),
    {
      details: { errors: errors.slice(0, 100) },
    },
  );
}

/**
 * Parses one member of a request with the schema that depends on its other members (a type, a kind of authentication, an event
 * type), which is why this is zod and not a DTO class.
 *
 * @param field the member's name, which begins the path of every error
 * @throws AppError `integrations.invalid-fields`
 */
export function parseMember<Schema extends z.ZodType>(schema: Schema, value: unknown, field: string): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalidFields(result.error.issues.flatMap((issue) => fieldErrorsOf(issue, field)));
}

function fieldErrorsOf(issue: z.core.$ZodIssue, prefix: string): FieldError[] {
  const field = [prefix, ...issue.path.map(String)].join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ field: `${field}.${key}`, message: 'is not a member that is known here' }));
  }
  return [{ field, message: issue.message.endsWith('received undefined') ? 'is required' : issue.message }];
}
