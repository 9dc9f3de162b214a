import { Injectable } from '@nestjs/common';
import { HttpClient } from '../../../platform/http-client/http-client.js';
import type { OutboundRequest, OutboundResponse } from '../../../platform/http-client/outbound-request.js';
import { SyncFailure } from '../connectors/sync-failure.js';
import { credentialOriginOf } from '../integrations/integration-config.js';
import type { IntegrationEntity } from '../integrations/integration.entity.js';
import { CredentialVault } from './credential-vault.js';
import { authenticate, type Credentials } from './credentials.policy.js';
import { isManaged } from './oauth-grant.policy.js';
import { OauthTokens } from './oauth-tokens.service.js';

/** A request without credentials; it goes to the origin of the integration. */
export type PlainRequest = Omit<OutboundRequest, 'trust' | 'headers' | 'redirects'> & {
  headers: Record<string, string>;
};

export interface AuthorizedAnswer {
  response: OutboundResponse;
  /** What was sent and may be repeated in the answer, to be masked there. */
  secrets: string[];
}

/** Sends requests with the credentials of an integration, and to nobody but the origin that they belong to. */
@Injectable()
export class AuthorizedRequests {
  constructor(
    private readonly vault: CredentialVault,
    private readonly http: HttpClient,
    private readonly tokens: OauthTokens,
  ) {}

  /**
   * Sends a request; redirects are answers. Where tokens are managed, a 401 leads to one refresh and one more try.
   *
   * @throws SyncFailure when there is no token, or the address is elsewhere; AppError and signal as `HttpClient.request`
   */
  async send(integration: IntegrationEntity, request: PlainRequest): Promise<AuthorizedAnswer> {
    assertOwnOrigin(integration, request.url);
    const secrets = this.vault.open(integration);
    if (!isManaged(integration)) return this.sendWith(integration, request, secrets);
    const token = await this.tokens.current(integration, request.signal);
    const answer = await this.sendWith(integration, request, { ...secrets, accessToken: token });
    if (answer.response.status !== 401) return answer;
    const another = await this.anotherToken(integration, token, request.signal);
    return another === null ? answer : this.sendWith(integration, request, { ...secrets, accessToken: another });
  }

  private async sendWith(
    { authType, authConfig }: IntegrationEntity,
    request: PlainRequest,
    secrets: Credentials,
  ): Promise<AuthorizedAnswer> {
    const authorized = authenticate(request, authType, authConfig, secrets);
    const response = await this.http.request({ ...request, ...authorized, trust: 'caller', redirects: 'refuse' });
    const encoded = authorized.headers['authorization']?.split(' ')[1];
    return { response, secrets: [...Object.values(secrets), ...(encoded === undefined ? [] : [encoded])] };
  }

  private async anotherToken(
    integration: IntegrationEntity,
    refused: string,
    signal: AbortSignal | undefined,
  ): Promise<string | null> {
    try {
      return await this.tokens.replace(integration, refused, signal);
    } catch (error) {
      // Why is kept with the credentials; the refusal itself is what the caller has to hear of.
      if (error instanceof SyncFailure) return null;
      throw error;
    }
  }
}

function assertOwnOrigin({ authType, config }: IntegrationEntity, url: string): void {
  if (authType === 'none') return;
  const origin = credentialOriginOf(config);
  if (URL.canParse(url) && new URL(url).origin === origin) return;
  throw new SyncFailure('configuration', `Only addresses at ${origin} may be called, to which the credentials belong`);
}
