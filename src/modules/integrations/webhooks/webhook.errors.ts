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

export function headersNeeded(): AppError {
  const message = 'must be given anew (or null for none), because the endpoint moves to another origin';
  return invalidFields([{ field: 'headers', message }]);
}

export function schemeNotUsed(scheme: string): AppError {
  const message = `The webhook does not sign with "${scheme}"; add it to "signatures" first`;
  return new AppError('conflict', 'webhooks.scheme-not-used', message);
}

export function tooManyKeys(limit: number): AppError {
  const message = `The webhook has ${limit} replaced keys that still sign; withdraw one, or rotate with overlapSeconds 0`;
  return new AppError('conflict', 'webhooks.too-many-keys', message);
}

export function signingKeyNotFound(): AppError {
  return new AppError('not-found', 'webhooks.key-not-found', 'The webhook has no replaced key with this id');
}

export function exampleNotSubscribed(subscribed: string): AppError {
  return invalidFields([
    { field: 'eventType', message: `must be "${subscribed}", which is all that the webhook gets` },
  ]);
}

export function noExample(eventType: string): AppError {
  const message =
    eventType === '*'
      ? 'is required, because the webhook gets all types'
      : `"${eventType}" is not in the catalogue (GET /api/integrations/event-types), so there is no example of it`;
  return invalidFields([{ field: 'eventType', message }]);
}
