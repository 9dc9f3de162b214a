import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import { isUniqueViolation } from '../../../platform/errors/database-error.policy.js';
import { AuditLog } from '../../identity/index.js';
import { IntegrationsRepository } from '../integrations/integrations.repository.js';
import type { IncomingSourceEntity } from './incoming-source.entity.js';
import { IncomingSecrets, newIncomingSecret } from './incoming-secrets.js';
import { IncomingSourcesRepository } from './incoming-sources.repository.js';
import { secretTaken, sourceNotFound, tooManySources } from './incoming.errors.js';

const maxSourcesOfIntegration = 50;

/** The addresses at which other systems post to an integration. */
@Injectable()
export class IncomingSourcesService {
  constructor(
    private readonly database: Database,
    private readonly integrations: IntegrationsRepository,
    private readonly sources: IncomingSourcesRepository,
    private readonly secrets: IncomingSecrets,
    private readonly audit: AuditLog,
  ) {}

  /** @throws AppError `integrations.not-found` */
  async list(integrationId: string): Promise<IncomingSourceEntity[]> {
    await this.integrations.get(integrationId);
    return this.sources.listOf(integrationId);
  }

  /**
   * Adds a source.
   *
   * @param given a secret that the sender already uses; else one is made
   * @returns the secret too, which cannot be read later
   * @throws AppError `integrations.not-found`, `incoming.too-many-sources`, `incoming.secret-taken`
   */
  async create(
    integrationId: string,
    given: string | undefined,
    actor: string,
  ): Promise<{ sourceId: string; secret: string }> {
    const secret = given ?? newIncomingSecret();
    try {
      return await this.database.transaction(async (tx) => {
        await this.integrations.getForChange(tx, integrationId);
        if ((await this.sources.countOf(integrationId, tx)) >= maxSourcesOfIntegration) {
          throw tooManySources(maxSourcesOfIntegration);
        }
        const [secretHash] = this.secrets.hash(secret);
        const sourceId = await this.sources.insert(tx, { integrationId, secretHash, secretHint: secret.slice(-4) });
        const subject = `incoming-source:${sourceId}`;
        await this.audit.record(tx, { action: 'incoming-source.created', actor, subject, details: { integrationId } });
        return { sourceId, secret };
      });
    } catch (error) {
      throw isUniqueViolation(error, 'incoming_sources_secret_hash') ? secretTaken() : error;
    }
  }

  /**
   * From now on the secret is unknown.
   *
   * @throws AppError `incoming.source-not-found`
   */
  async delete(integrationId: string, id: string, actor: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      if (!(await this.sources.delete(tx, integrationId, id))) throw sourceNotFound();
      const subject = `incoming-source:${id}`;
      await this.audit.record(tx, { action: 'incoming-source.deleted', actor, subject, details: { integrationId } });
    });
  }
}
