import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import { EventPublisher } from '../../../platform/events/event-publisher.js';
import { SyncFailure } from '../connectors/sync-failure.js';
import type { IntegrationEntity } from '../integrations/integration.entity.js';
import { IntegrationsRepository } from '../integrations/integrations.repository.js';
import { CredentialVault } from './credential-vault.js';
import { credentialsNeedReconnect, credentialsRecovered } from './credentials.events.js';
import { bindingOf, grantOf, type OauthGrant } from './oauth-grant.policy.js';
import { OauthTokensRepository, type KnownTokens, type ReceivedTokens } from './oauth-tokens.repository.js';
import { OauthClient, OauthFailure, oauthTimeoutMs } from './oauth.client.js';
import { cooldownMs, refusalsToGiveUp, refusedCooldownMs } from './token-lifetime.policy.js';

/** The call of a refresh, with some room: after this time another process takes over from one that died. */
const leaseMs = oauthTimeoutMs + 5000;
/** How often it is looked whether another process has renewed the tokens: a random time up to this, in milliseconds. */
const lookMs = 150;

/** The right to renew the tokens, with what they were when it was taken. */
interface Claim {
  claimId: string;
  known: KnownTokens;
  integration: IntegrationEntity;
  grant: OauthGrant;
}

/**
 * The access tokens of integrations: one process at a time renews those of an integration, the others wait or use what they have. The
 * row is the lock, by a lease, so that nothing is held in the database while an authorization server answers (docs/adr/0025).
 */
@Injectable()
export class OauthTokens {
  constructor(
    private readonly database: Database,
    private readonly tokens: OauthTokensRepository,
    private readonly integrations: IntegrationsRepository,
    private readonly vault: CredentialVault,
    private readonly oauth: OauthClient,
    private readonly publisher: EventPublisher,
  ) {}

  /**
   * An access token that is good as far as we know, renewed ahead of its end.
   *
   * @throws SyncFailure `authentication`, `source`, `configuration`; the reason of the signal
   */
  async current(integration: IntegrationEntity, signal?: AbortSignal): Promise<string> {
    const known = await this.find(integration);
    if (!isUsable(known)) return this.renew(integration, undefined, signal);
    if (known.isDue && known.claimMs === 0 && known.retryMs === 0) {
      // While the old one is good, nothing that goes wrong here needs to trouble anybody.
      const claim = await this.claim(integration);
      if (claim !== null) {
        const renewed = await this.renewAlone(claim, undefined).catch((error: unknown) => error as Error);
        if (typeof renewed === 'string') return renewed;
      }
    }
    return known.accessToken;
  }

  /**
   * Another token than one that the API has refused although it seemed good; at most so often that an API which refuses everything
   * does not make us ask for tokens all the time.
   *
   * @returns null when there is no other
   * @throws SyncFailure as {@link current}
   */
  async replace(integration: IntegrationEntity, refused: string, signal?: AbortSignal): Promise<string | null> {
    const known = await this.find(integration);
    if (isUsable(known) && known.accessToken !== refused) return known.accessToken;
    if (known !== null && known.forcedMs !== null && known.forcedMs < cooldownMs) return null;
    return this.renew(integration, refused, signal);
  }

  private async renew(
    integration: IntegrationEntity,
    refused: string | undefined,
    signal?: AbortSignal,
  ): Promise<string> {
    const waitUntilMs = performance.now() + 2 * leaseMs;
    for (;;) {
      const claim = await this.claim(integration);
      if (claim !== null) return this.renewAlone(claim, refused);
      if (performance.now() > waitUntilMs) {
        throw new SyncFailure('source', 'The access token is still being renewed by another process', cooldownMs);
      }
      await sleep(lookMs * (0.5 + Math.random() / 2), undefined, { signal });
      const known = await this.find(integration);
      if (isUsable(known) && known.accessToken !== refused) return known.accessToken;
    }
  }

  /** Null when another process has the right. */
  private claim(used: IntegrationEntity): Promise<Claim | null> {
    const claimId = randomUUID();
    return this.database.transaction(async (tx) => {
      const integration = await this.integrations.getUnchanged(tx, used.id);
      const binding = bindingOf(integration);
      if (binding !== bindingOf(used)) {
        throw new SyncFailure('configuration', 'The integration was changed meanwhile; start again');
      }
      const known = await this.tokens.claim(tx, used.id, binding, { claimId, leaseMs });
      if (known === null) return null;
      return { claimId, known, integration, grant: grantOf(integration, this.vault.open(integration)) };
    });
  }

  private async renewAlone(claim: Claim, refused: string | undefined): Promise<string> {
    const { claimId, known, grant } = claim;
    // What was read before the claim may have been renewed in between.
    if (isUsable(known) && !known.isDue && known.accessToken !== refused) {
      await this.tokens.release(claimId);
      return known.accessToken;
    }
    if (known.retryMs > 0) {
      await this.tokens.release(claimId);
      throw notRenewed(known.state === 'needs_reconnect', known.lastError ?? 'it failed', known.retryMs);
    }
    if (grant.grantType === 'authorization_code' && known.state === 'waiting') {
      await this.tokens.release(claimId);
      const message = 'The integration is not connected yet; an admin begins that with POST /:id/oauth/start';
      throw new SyncFailure('authentication', message);
    }
    try {
      const received = await this.ask(grant, known.refreshToken);
      await this.store(claim, received, refused !== undefined);
      return received.accessToken;
    } catch (error) {
      if (!(error instanceof OauthFailure)) throw error;
      throw await this.learn(claim, error);
    }
  }

  private ask(grant: OauthGrant, refreshToken: string | null): Promise<ReceivedTokens> {
    if (grant.grantType === 'client_credentials') return this.oauth.clientCredentials(grant);
    const token = refreshToken ?? grant.refreshToken;
    if (token !== undefined) return this.oauth.refresh(grant, token);
    throw new OauthFailure('it is not connected, or its server gave nothing to renew its token with', true);
  }

  private async store(
    { claimId, known, integration }: Claim,
    received: ReceivedTokens,
    isForced: boolean,
  ): Promise<void> {
    await this.database.transaction(async (tx) => {
      const isStored = await this.tokens.store(tx, known.id, claimId, received, isForced);
      if (isStored && known.state === 'needs_reconnect') {
        await this.publisher.publish(tx, credentialsRecovered, factsOf(integration), subjectOf(integration));
      }
    });
  }

  /** @returns what to throw */
  private async learn({ claimId, known, integration, grant }: Claim, failure: OauthFailure): Promise<SyncFailure> {
    const refusals = known.refusals + (failure.isRefusal ? 1 : 0);
    // Without anything to try again with, a second try tells nothing more.
    const hasNothing = grant.grantType === 'authorization_code' && known.refreshToken === null;
    const isRefused = failure.isRefusal && (refusals >= refusalsToGiveUp || hasNothing);
    const wasRefused = known.state === 'needs_reconnect';
    const state = isRefused || wasRefused ? 'needs_reconnect' : 'failing';
    const retryMs = state === 'needs_reconnect' ? refusedCooldownMs : cooldownMs;
    const reason = failure.message;
    await this.database.transaction(async (tx) => {
      const stored = { reason, isRefusal: failure.isRefusal, state, retryMs } as const;
      const isStored = await this.tokens.storeFailure(tx, claimId, stored);
      if (isStored && state === 'needs_reconnect' && !wasRefused) {
        const facts = { ...factsOf(integration), reason };
        await this.publisher.publish(tx, credentialsNeedReconnect, facts, subjectOf(integration));
      }
    });
    return notRenewed(failure.isRefusal, reason, retryMs);
  }

  /** Null when there are none for the integration as the caller knows it. */
  private async find(integration: IntegrationEntity): Promise<KnownTokens | null> {
    const known = await this.tokens.find(integration.id);
    return known?.binding === bindingOf(integration) ? known : null;
  }
}

function isUsable(known: KnownTokens | null): known is KnownTokens & { accessToken: string } {
  return known !== null && known.accessToken !== null && known.isAlive;
}

function notRenewed(isRefusal: boolean, reason: string, retryMs: number): SyncFailure {
  const message = `There is no access token: ${reason}`;
  return isRefusal
    ? new SyncFailure('authentication', `${message}. Connect the integration again, or give other credentials`, retryMs)
    : new SyncFailure('source', message, retryMs);
}

function factsOf({ id, name }: IntegrationEntity): { integrationId: string; name: string } {
  return { integrationId: id, name };
}

function subjectOf({ id }: IntegrationEntity): { subject: string } {
  return { subject: `integration:${id}` };
}
