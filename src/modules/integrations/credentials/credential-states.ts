import { Injectable } from '@nestjs/common';
import type { IntegrationEntity } from '../integrations/integration.entity.js';
import { bindingOf, isManaged } from './oauth-grant.policy.js';
import type { CredentialStateResponse } from './oauth.dto.js';
import { OauthTokensRepository } from './oauth-tokens.repository.js';

const waiting: CredentialStateResponse = {
  state: 'waiting',
  expiresAt: null,
  reconnectBy: null,
  scopes: [],
  refreshedAt: null,
  lastError: null,
  failures: 0,
};

/** How the tokens of integrations are, for admins. */
@Injectable()
export class CredentialStates {
  constructor(private readonly tokens: OauthTokensRepository) {}

  /** Null where there are no tokens to look after. */
  async of(integration: IntegrationEntity): Promise<CredentialStateResponse | null> {
    if (!isManaged(integration)) return null;
    const known = await this.tokens.findShown(integration.id);
    if (known?.binding !== bindingOf(integration)) return waiting;
    const { state, expiresAt, reconnectBy, scope, refreshedAt, lastError, failures } = known;
    // A server that says nothing of it has granted what was asked for (RFC 6749 section 5.1).
    const granted = scope ?? integration.authConfig['scope'];
    const scopes = (typeof granted === 'string' ? granted : '').split(/[ ,]+/).filter((each) => each !== '');
    return { state, expiresAt, reconnectBy, scopes, refreshedAt, lastError, failures };
  }
}
