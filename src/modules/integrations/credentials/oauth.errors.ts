import { AppError } from '../../../platform/errors/app-error.js';

export function grantNotInteractive(): AppError {
  const message = 'must be "authorization_code" for an integration that an admin connects in a browser';
  return new AppError('conflict', 'oauth.grant-not-interactive', `authConfig.grantType ${message}`, {
    details: { errors: [{ field: 'authConfig.grantType', message }] },
  });
}

/** The same for a state that never was, was used, is too old, or belongs to somebody else: nobody learns which. */
export function stateUnknown(): AppError {
  return new AppError(
    'invalid',
    'oauth.state-unknown',
    'The state is unknown, was used, is older than 10 minutes or belongs to another admin; begin again with POST /:id/oauth/start',
    { details: { errors: [{ field: 'state', message: 'is not one that this admin can complete' }] } },
  );
}

export function integrationChanged(): AppError {
  return new AppError(
    'conflict',
    'oauth.integration-changed',
    'The integration was changed since the authorization was begun; begin again with POST /:id/oauth/start',
  );
}

export function authorizationFailed(reason: string): AppError {
  return new AppError('upstream-failed', 'oauth.authorization-failed', `The integration is not connected: ${reason}`);
}
