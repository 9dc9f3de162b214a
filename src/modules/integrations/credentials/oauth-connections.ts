import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import { EventPublisher } from '../../../platform/events/event-publisher.js';
import { AuditLog } from '../../identity/index.js';
import { IntegrationsRepository } from '../integrations/integrations.repository.js';
import { credentialsRecovered } from './credentials.events.js';
import { OauthAuthorizationsRepository } from './oauth-authorizations.repository.js';
import { bindingOf } from './oauth-grant.policy.js';
import { OauthTokensRepository, type KnownTokens, type ReceivedTokens } from './oauth-tokens.repository.js';
import { integrationChanged } from './oauth.errors.js';

/** Keeps what an admin's authorization brought, and forgets it. */
@Injectable()
export class OauthConnections {
  constructor(
    private readonly database: Database,
    private readonly integrations: IntegrationsRepository,
    private readonly tokens: OauthTokensRepository,
    private readonly authorizations: OauthAuthorizationsRepository,
    private readonly publisher: EventPublisher,
    private readonly audit: AuditLog,
  ) {}

  /**
   * @param binding of the configuration for which the tokens were got
   * @throws AppError `integrations.not-found`, `oauth.integration-changed`
   */
  async connect(id: string, binding: string, received: ReceivedTokens, actor: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const integration = await this.integrations.getUnchanged(tx, id);
      if (bindingOf(integration) !== binding) throw integrationChanged();
      const before = await this.tokens.connect(tx, id, binding, received);
      const subject = `integration:${id}`;
      if (before === 'needs_reconnect') {
        const facts = { integrationId: id, name: integration.name };
        await this.publisher.publish(tx, credentialsRecovered, facts, { subject });
      }
      await this.audit.record(tx, { action: 'integration.connected', actor, subject });
    });
  }

  /**
   * Forgets the tokens and the authorizations under way.
   *
   * @returns the tokens that there were
   * @throws AppError `integrations.not-found`
   */
  disconnect(id: string, actor: string): Promise<KnownTokens | null> {
    return this.database.transaction(async (tx) => {
      await this.integrations.getForChange(tx, id);
      const known = await this.tokens.find(id, tx);
      await this.tokens.delete(tx, id);
      await this.authorizations.deleteOf(tx, id);
      await this.audit.record(tx, { action: 'integration.disconnected', actor, subject: `integration:${id}` });
      return known;
    });
  }
}
