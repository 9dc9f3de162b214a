import { ValidationPipe, type ValidationError } from '@nestjs/common';
import type { ValidatorOptions } from 'class-validator';
import { AppError, type FieldError } from '../errors/app-error.js';
import { keepValidationRules } from './keep-validation-rules.js';

/** Unknown members are refused, and every bad field is found. */
export const validationOptions = {
  whitelist: true,
  forbidNonWhitelisted: true,
  forbidUnknownValues: true,
  stopAtFirstError: false,
  validationError: { target: false, value: false },
} satisfies ValidatorOptions;

/** Validates every DTO: unknown members are refused, every bad field is named by its path. */
export function createValidationPipe(): ValidationPipe {
  keepValidationRules();
  return new ValidationPipe({
    transform: true,
    ...validationOptions,
    exceptionFactory: (errors) => invalidRequest(fieldErrors(errors)),
  });
}

/** The 400 that names every bad field. */
export function invalidRequest(errors: FieldError[]): AppError {
  const summary = errors.map(({ field, message }) => `${field}: ${message}`).join('; ');
  return new AppError('bad-request', 'request.invalid', `The request is not valid. ${summary}`.slice(0, 2000), {
    details: { errors: errors.slice(0, 100) },
  });
}

/** What class-validator found, by the paths of the fields. */
export function fieldErrors(errors: ValidationError[], parent = ''): FieldError[] {
  return errors.flatMap((error) => {
    const field = parent === '' ? error.property : `${parent}.${error.property}`;
    const own = Object.values(error.constraints ?? {}).map((message) => ({ field, message }));
    return [...own, ...fieldErrors(error.children ?? [], field)];
  });
}
