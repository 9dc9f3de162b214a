import { createHash, randomBytes } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { AppConfig } from '../../../platform/config/app-config.js';
import { Database } from '../../../platform/database/database.js';
import type { IntegrationEntity } from '../integrations/integration.entity.js';
import { IntegrationsRepository } from '../integrations/integrations.repository.js';
import { CredentialVault } from './credential-vault.js';
import type { OauthAuthorizationEntity } from './oauth-authorization.entity.js';
import { OauthAuthorizationsRepository } from './oauth-authorizations.repository.js';
import { OauthConnections } from './oauth-connections.js';
import { bindingOf, grantOf, isManaged, type OauthGrant } from './oauth-grant.policy.js';
import { OauthClient, OauthFailure } from './oauth.client.js';
import { authorizationFailed, grantNotInteractive, integrationChanged, stateUnknown } from './oauth.errors.js';

const callbackPath = '/api/integrations/oauth/callback';
const lifetimeMs = 600_000;
const cookiePrefix = 'lyceum_oauth_';

/** An authorization that an admin begins. */
export interface BegunAuthorization {
  authorizationUrl: string;
  /** For the browser that will come back. */
  cookie: string;
  expiresAt: Date;
}

/** Connects integrations with the consent of somebody in a browser: authorization code with PKCE. */
@Injectable()
export class OauthAuthorizationService {
  private readonly logger = new Logger(OauthAuthorizationService.name);
  private readonly redirectUri: string;
  private readonly cookieAttributes: string;

  constructor(
    { http }: AppConfig,
    private readonly database: Database,
    private readonly integrations: IntegrationsRepository,
    private readonly authorizations: OauthAuthorizationsRepository,
    private readonly vault: CredentialVault,
    private readonly oauth: OauthClient,
    private readonly connections: OauthConnections,
  ) {
    this.redirectUri = http.publicUrl + callbackPath;
    const { pathname, protocol } = new URL(this.redirectUri);
    // Lax, because the browser comes back from another site.
    this.cookieAttributes = `Path=${pathname}; HttpOnly; SameSite=Lax${protocol === 'https:' ? '; Secure' : ''}`;
  }

  /** @throws AppError `integrations.not-found`, `oauth.grant-not-interactive` */
  async start(id: string, actor: string): Promise<BegunAuthorization> {
    const integration = await this.integrations.get(id);
    const grant = this.interactiveGrantOf(integration);
    const [state, browser, codeVerifier] = [newSecret(), newSecret(), newSecret()];
    const { redirectUri } = this;
    const authorizationUrl = await this.oauth.authorizationUrl(grant, { state, codeVerifier, redirectUri });
    const stateHash = hashOf(state);
    await this.database.transaction(async (tx) => {
      const authorization = { stateHash, browserHash: hashOf(browser), codeVerifier, actor, lifetimeMs };
      const newId = await this.integrations.newId(tx);
      const binding = bindingOf(integration);
      await this.authorizations.insert(tx, { id: newId, integrationId: id, binding, ...authorization });
    });
    const cookie = `${cookieNameOf(stateHash)}=${browser}; Max-Age=${lifetimeMs / 1000}; ${this.cookieAttributes}`;
    return { authorizationUrl, cookie, expiresAt: new Date(Date.now() + lifetimeMs) };
  }

  /**
   * Takes the answer that a browser brings back, if it is the browser that began.
   *
   * @param cookies the header
   * @returns the integration's name, and the header that takes the cookie away
   * @throws AppError `oauth.state-unknown`, `oauth.authorization-failed`, `oauth.integration-changed`
   */
  async takeFromBrowser(
    answer: URLSearchParams,
    cookies: string | undefined,
  ): Promise<{ name: string; cookie: string }> {
    const stateHash = hashOf(answer.get('state') ?? '');
    const cookieName = cookieNameOf(stateHash);
    const browser = cookieIn(cookies ?? '', cookieName);
    if (browser === undefined) throw stateUnknown();
    const name = await this.complete(answer, { browserHash: hashOf(browser) });
    return { name, cookie: `${cookieName}=; Max-Age=0; ${this.cookieAttributes}` };
  }

  /**
   * Takes the answer from the admin who began, for clients without a browser of their own.
   *
   * @returns the integration's name
   * @throws AppError as {@link takeFromBrowser}
   */
  takeFromAdmin(answer: URLSearchParams, actor: string): Promise<string> {
    return this.complete(answer, { actor });
  }

  /** Forgets the tokens, and ends them over there where that is possible. @throws AppError `integrations.not-found` */
  async disconnect(id: string, actor: string): Promise<void> {
    const integration = await this.integrations.get(id);
    const known = await this.connections.disconnect(id, actor);
    const token = known?.refreshToken ?? known?.accessToken;
    if (!isManaged(integration) || typeof token !== 'string' || known?.binding !== bindingOf(integration)) return;
    const grant = grantOf(integration, this.vault.open(integration));
    if (grant.revocationUrl === undefined) return;
    try {
      await this.oauth.revoke(grant, token);
    } catch (error) {
      this.logger.warn(`A token was forgotten but could not be ended: ${(error as Error).message}`);
    }
  }

  private async complete(answer: URLSearchParams, owner: { browserHash: string } | { actor: string }): Promise<string> {
    const state = answer.get('state') ?? '';
    const authorization = await this.authorizations.take(hashOf(state), owner);
    if (authorization === null) throw stateUnknown();
    const integration = await this.integrations.get(authorization.integrationId);
    if (bindingOf(integration) !== authorization.binding) throw integrationChanged();
    await this.exchange(integration, answer, state, authorization);
    return integration.name;
  }

  private async exchange(
    integration: IntegrationEntity,
    answer: URLSearchParams,
    state: string,
    { binding, actor, codeVerifier }: OauthAuthorizationEntity,
  ): Promise<void> {
    const { redirectUri } = this;
    const grant = this.interactiveGrantOf(integration);
    try {
      const received = await this.oauth.exchange(grant, answer, { state, codeVerifier, redirectUri });
      const isRefreshable = received.refreshToken !== undefined;
      // Without a refresh token the end of the access token is the end.
      const ends = isRefreshable ? received.refreshTokenLifetimeMs : received.lifetimeMs;
      await this.connections.connect(integration.id, binding, { ...received, refreshTokenLifetimeMs: ends }, actor);
    } catch (error) {
      throw error instanceof OauthFailure ? authorizationFailed(error.message) : error;
    }
  }

  private interactiveGrantOf(integration: IntegrationEntity): OauthGrant {
    if (!isManaged(integration) || integration.authConfig['grantType'] !== 'authorization_code') {
      throw grantNotInteractive();
    }
    return grantOf(integration, this.vault.open(integration));
  }
}

/** 256 bits, which also fit a PKCE verifier (RFC 7636 section 4.1). */
function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A cookie for each authorization, so that several may be under way in one browser. */
function cookieNameOf(stateHash: string): string {
  return cookiePrefix + stateHash.slice(0, 16);
}

function cookieIn(header: string, name: string): string | undefined {
  const pairs = header.split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}
