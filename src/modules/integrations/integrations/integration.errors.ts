import { AppError, type ErrorKind } from '../../../platform/errors/app-error.js';
import type { SyncFailure, SyncFailureKind } from '../connectors/sync-failure.js';
import type { IntegrationType } from './integration-type.js';

export function integrationNotFound(): AppError {
  return new AppError('not-found', 'integrations.not-found', 'There is no integration with this id');
}

export function duplicateName(name: string): AppError {
  return new AppError('conflict', 'integrations.duplicate-name', `There already is an integration named "${name}"`, {
    details: { errors: [{ field: 'name', message: 'is taken; choose another' }] },
  });
}

export function integrationInactive(): AppError {
  return new AppError('conflict', 'integrations.inactive', 'The integration is not active; activate it first');
}

export function typeNotRunnable(type: IntegrationType): AppError {
  return new AppError(
    'invalid',
    'integrations.type-not-runnable-yet',
    `Integrations of type "${type}" are stored and checked, but this version cannot run them; use "api" or "webhook"`,
  );
}

export function endpointMissing(): AppError {
  return new AppError(
    'invalid',
    'integrations.no-endpoint',
    'The integration has no config.endpoint to call; set one',
    {
      details: { errors: [{ field: 'config.endpoint', message: 'is required to call the integration' }] },
    },
  );
}

export function placeholdersUnfilled(placeholders: string[]): AppError {
  const message = `The endpoint still has placeholders: replace ${placeholders.join(', ')} with real values`;
  return new AppError('invalid', 'integrations.placeholders-unfilled', message, {
    details: { errors: [{ field: 'config.endpoint', message }] },
  });
}

export function otherOrigin(origin: string): AppError {
  const message = `must be at ${origin}, to which the integration and its credentials belong`;
  return new AppError('invalid', 'integrations.other-origin', `The endpoint ${message}`, {
    details: { errors: [{ field: 'endpoint', message }] },
  });
}

/** Its answer is only in the log of the integration, because it may hold anything. */
export function endpointRefused(status: number): AppError {
  return new AppError(
    'upstream-failed',
    'integrations.endpoint-refused',
    `The endpoint answered with status ${status}; the log of the integration shows its answer. Check address, method and credentials`,
    { details: { endpointStatus: status } },
  );
}

export function endpointNotForType(type: IntegrationType): AppError {
  const message = `is not for integrations of type "${type}", which send to where their config says`;
  return new AppError('invalid', 'integrations.invalid-fields', `endpoint ${message}`, {
    details: { errors: [{ field: 'endpoint', message }] },
  });
}

export function callTimedOut(seconds: number): AppError {
  const message = `The other system did not answer completely within ${seconds} s. Try again later.`;
  return new AppError('upstream-timeout', 'integrations.call-timed-out', message);
}

const kinds: Record<SyncFailureKind, ErrorKind> = {
  authentication: 'upstream-failed',
  configuration: 'invalid',
  source: 'upstream-failed',
  throttled: 'unavailable',
};

/** What a connector could not do, for the admin who asked for it. */
export function connectorFailed({ kind, message, retryAfterMs, cause }: SyncFailure): AppError {
  if (cause instanceof AppError) return cause;
  return new AppError(kinds[kind], `integrations.${kind}-failed`, message, {
    ...(retryAfterMs !== undefined && { retryAfterSeconds: Math.ceil(retryAfterMs / 1000) }),
  });
}
