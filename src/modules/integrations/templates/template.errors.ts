import { AppError } from '../../../platform/errors/app-error.js';

export function templateNotFound(key: string): AppError {
  return new AppError(
    'not-found',
    'templates.not-found',
    `There is no template "${key}"; GET /api/integrations/templates lists them`,
  );
}

export function templateKeyTaken(key: string): AppError {
  return new AppError('conflict', 'templates.key-taken', `There already is a template "${key}"`, {
    details: { errors: [{ field: 'key', message: 'is taken; choose another' }] },
  });
}
