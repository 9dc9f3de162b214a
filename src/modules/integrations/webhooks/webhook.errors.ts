import { AppError } from '../../../platform/errors/app-error.js';
import { invalidFields } from '../field-errors.js';

export function webhookNotFound(): AppError {
  return new AppError('not-found', 'webhooks.not-found', 'The integration has no webhook with this id');
}

export function tooManyWebhooks(limit: number): AppError {
  return new AppError(
    'conflict',
    'webhooks.too-many',
    `An integration has at most ${limit} webhooks; delete one first`,
  );
}

export function unknownEventType(eventType: string): AppError {
  const message = `"${eventType}" is not in the catalogue (GET /api/integrations/event-types); register it, or send isCustom: true`;
  return invalidFields([{ field: 'eventType', message }]);
}
