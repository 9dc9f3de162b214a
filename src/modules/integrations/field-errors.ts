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
  const { data, errors } = checkMember(schema, value, field);
  if (errors.length > 0) throw invalidFields(errors);
  return data as z.output<Schema>;
}

/**
 * The same for callers that collect the errors of several members.
 *
 * @param field empty for a whole body
 */
export function checkMember<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  field: string,
): { data: z.output<Schema> | undefined; errors: FieldError[] } {
  const result = schema.safeParse(value);
  if (result.success) return { data: result.data, errors: [] };
  return { data: undefined, errors: result.error.issues.flatMap((issue) => fieldErrorsOf(issue, field)) };
}

function fieldErrorsOf(issue: z.core.$ZodIssue, prefix: string): FieldError[] {
  const path = [...(prefix === '' ? [] : [prefix]), ...issue.path.map(String)];
  if (issue.code === 'unrecognized_keys') {
    const message = 'is not a member that is known here';
    return issue.keys.map((key) => ({ field: [...path, key].join('.'), message }));
  }
  const field = path.join('.') || 'body';
  return [{ field, message: issue.message.endsWith('received undefined') ? 'is required' : issue.message }];
}
