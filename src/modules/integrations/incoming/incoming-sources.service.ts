import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { isUniqueViolation } from '../../../platform/errors/database-error.policy.js';
import { AuditLog } from '../../identity/index.js';
import { IntegrationsRepository } from '../integrations/integrations.repository.js';
import { IncomingKeysRepository, type KeyFacts } from './incoming-keys.repository.js';
import type { IncomingSourceEntity } from './incoming-source.entity.js';
import { IncomingSourcesRepository } from './incoming-sources.repository.js';
import { secretTaken, sourceNotFound, tooManySources } from './incoming.errors.js';
import { pathSecretScheme } from './schemes/schemes.js';
import { SourceDefinition, type SourceInput } from './source-definition.js';
import { SourceKeys } from './source-keys.js';

const maxSourcesOfIntegration = 50;

export interface SourceFacts {
  source: IncomingSourceEntity;
  keys: KeyFacts[];
}

export interface NewSourceInput extends SourceInput {
  scheme?: string | undefined;
  /** Of the address, for `path-secret`. */
  secret?: string | undefined;
  key?: string | undefined;
}

/** What is shown once: the secret part of the address, and the key. */
export interface NewSource {
  source: Pick<IncomingSourceEntity, 'id' | 'scheme' | 'settings'>;
  pathPart: string;
  key: string | null;
}

/** The addresses at which other systems post to an integration. */
@Injectable()
export class IncomingSourcesService {
  constructor(
    private readonly database: Database,
    private readonly integrations: IntegrationsRepository,
    private readonly sources: IncomingSourcesRepository,
    private readonly keys: IncomingKeysRepository,
    private readonly sourceKeys: SourceKeys,
    private readonly definition: SourceDefinition,
    private readonly audit: AuditLog,
  ) {}

  /** @throws AppError `integrations.not-found` */
  async list(integrationId: string): Promise<SourceFacts[]> {
    await this.integrations.get(integrationId);
    const sources = await this.sources.listOf(integrationId);
    const keys = await this.keys.listLive(sources.map(({ id }) => id));
    return sources.map((source) => ({ source, keys: keys.filter(({ sourceId }) => sourceId === source.id) }));
  }

  /** @throws AppError `incoming.source-not-found` */
  async get(integrationId: string, id: string): Promise<SourceFacts> {
    const source = await this.sources.find(integrationId, id);
    if (source === null) throw sourceNotFound();
    return { source, keys: await this.keys.listLive([id]) };
  }

  /**
   * Adds a source.
   *
   * @throws AppError `integrations.not-found`, `integrations.invalid-fields`, `incoming.too-many-sources`, `incoming.secret-taken`
   */
  async create(integrationId: string, input: NewSourceInput, actor: string): Promise<NewSource> {
    const { scheme = pathSecretScheme, secret, key, ...rest } = input;
    const checked = await this.definition.check(scheme, { settings: {}, ...rest });
    const settings = checked.settings ?? {};
    this.definition.checkSecret(scheme, secret);
    this.definition.checkKey(scheme, settings, key);
    try {
      return await this.database.transaction(async (tx) => {
        await this.integrations.getForChange(tx, integrationId);
        if ((await this.sources.countOf(integrationId, tx)) >= maxSourcesOfIntegration) {
          throw tooManySources(maxSourcesOfIntegration);
        }
        const { pathPart, ...address } = await this.sourceKeys.newAddress(tx, scheme, secret);
        const id = await this.sources.insert(tx, { integrationId, scheme, ...checked, ...address });
        const shownKey = await this.sourceKeys.addKey(tx, id, scheme, key);
        await this.record(tx, 'incoming-source.created', actor, id, { integrationId, scheme });
        return { source: { id, scheme, settings }, pathPart, key: shownKey };
      });
    } catch (error) {
      throw isUniqueViolation(error, 'incoming_sources_secret_hash') ? secretTaken() : error;
    }
  }

  /** @throws AppError `incoming.source-not-found`, `integrations.invalid-fields` */
  async update(integrationId: string, id: string, input: SourceInput, actor: string): Promise<SourceFacts> {
    await this.database.transaction(async (tx) => {
      const source = await this.sources.findForChange(tx, integrationId, id);
      if (source === null) throw sourceNotFound();
      const changes = await this.definition.check(source.scheme, input, tx);
      await this.sources.update(tx, id, changes);
      const details = { integrationId, changed: Object.keys(changes).join(' ') };
      await this.record(tx, 'incoming-source.updated', actor, id, details);
    });
    return this.get(integrationId, id);
  }

  /**
   * From now on its address is unknown.
   *
   * @throws AppError `incoming.source-not-found`
   */
  async delete(integrationId: string, id: string, actor: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      if (!(await this.sources.delete(tx, integrationId, id))) throw sourceNotFound();
      await this.record(tx, 'incoming-source.deleted', actor, id, { integrationId });
    });
  }

  private record(
    tx: Transaction,
    action: string,
    actor: string,
    id: string,
    details: Record<string, string>,
  ): Promise<void> {
    return this.audit.record(tx, { action, actor, subject: `incoming-source:${id}`, details });
  }
}
