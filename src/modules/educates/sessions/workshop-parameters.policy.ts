import type { FieldError } from '../../../platform/errors/app-error.js';

const maxParameters = 50;
const maxValueChars = 4096;
const namePattern = /^[A-Za-z_][\w.-]{0,127}$/;

/** What is wrong with the parameters of a workshop, before a portal sees them: some mistakes make a portal fail instead of refuse. */
export function parameterErrors(parameters: Record<string, unknown>): FieldError[] {
  const entries = Object.entries(parameters);
  if (entries.length > maxParameters) {
    return [{ field: 'parameters', message: `must be ${maxParameters} at most` }];
  }
  return entries.flatMap(([name, value]) => {
    const field = `parameters.${name.slice(0, 128)}`;
    if (!namePattern.test(name)) {
      return [{ field, message: 'must be named with 1-128 letters, digits, dots, dashes or underscores' }];
    }
    if (typeof value !== 'string') return [{ field, message: 'must be a text' }];
    if (value.length > maxValueChars) return [{ field, message: `must have ${maxValueChars} characters at most` }];
    return value.includes('\0') ? [{ field, message: 'must not hold U+0000' }] : [];
  });
}
