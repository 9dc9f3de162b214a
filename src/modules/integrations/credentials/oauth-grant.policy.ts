import { createHash } from 'node:crypto';
import { credentialOriginOf } from '../integrations/integration-config.js';
import type { IntegrationEntity } from '../integrations/integration.entity.js';
import type { Credentials } from './credentials.policy.js';
import type { GrantType } from './oauth-settings.js';

/** How tokens are got for an integration, with its secrets in the open. */
export interface OauthGrant {
  grantType: GrantType;
  tokenUrl: string;
  clientId: string;
  clientSecret?: string;
  clientAuthentication: string;
  scope?: string;
  audience?: string;
  authorizationUrl?: string;
  revocationUrl?: string;
  issuer?: string;
  /** The first one; later ones are kept with the tokens. */
  refreshToken?: string;
}

type Authenticated = Pick<IntegrationEntity, 'authType' | 'authConfig'>;

/** Whether tokens are got here, rather than given by an admin as they are. */
export function isManaged({ authType, authConfig }: Authenticated): boolean {
  return (authType === 'oauth' || authType === 'oauth2') && typeof authConfig['grantType'] === 'string';
}

/** Of an integration whose tokens are managed. */
export function grantOf({ authConfig }: Authenticated, secrets: Credentials): OauthGrant {
  const shown = Object.entries(authConfig).filter(([, value]) => typeof value === 'string');
  return { ...Object.fromEntries(shown), ...secrets } as unknown as OauthGrant;
}

/**
 * What tokens are good for: where they come from and where they go. Tokens that were got under another binding are never used, so
 * that nobody can have them sent elsewhere by a change of the configuration.
 */
export function bindingOf({ authConfig, config }: Pick<IntegrationEntity, 'authConfig' | 'config'>): string {
  const members = ['grantType', 'tokenUrl', 'authorizationUrl', 'clientId', 'scope', 'audience'];
  const facts = [credentialOriginOf(config), ...members.map((name) => authConfig[name] ?? null)];
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}
