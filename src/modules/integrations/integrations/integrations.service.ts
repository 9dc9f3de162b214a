import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { isUniqueViolation } from '../../../platform/errors/database-error.policy.js';
import { AuditLog } from '../../identity/index.js';
import { changeDetails } from '../audit/change-details.policy.js';
import type { Page } from '../page-query.dto.js';
import { CredentialVault } from '../credentials/credential-vault.js';
import { DefinitionCheck } from './definition-check.js';
import { IntegrationDependents } from './integration-dependents.js';
import {
  changedMembers,
  changeIntegration,
  defineIntegration,
  type IntegrationDefinition,
} from './integration-definition.policy.js';
import type { CreateIntegrationBody, UpdateIntegrationBody } from './integration.dto.js';
import type { IntegrationEntity } from './integration.entity.js';
import { duplicateName } from './integration.errors.js';
import { IntegrationsRepository, type NewIntegration } from './integrations.repository.js';

/** Integrations as an admin manages them. */
@Injectable()
export class IntegrationsService {
  constructor(
    private readonly database: Database,
    private readonly integrations: IntegrationsRepository,
    private readonly dependents: IntegrationDependents,
    private readonly vault: CredentialVault,
    private readonly check: DefinitionCheck,
    private readonly audit: AuditLog,
  ) {}

  list(limit: number, cursor?: string): Promise<Page<IntegrationEntity>> {
    return this.integrations.list(limit, cursor);
  }

  /** @throws AppError `integrations.not-found` */
  get(id: string): Promise<IntegrationEntity> {
    return this.integrations.get(id);
  }

  /**
   * Stores a new integration, inactive.
   *
   * @returns its id
   * @throws AppError `integrations.invalid-fields`, `integrations.duplicate-name`
   */
  create(body: CreateIntegrationBody, actor: string, outer?: Transaction): Promise<string> {
    const definition = defineIntegration(body);
    this.check.assertUsable(definition);
    return this.refusingDuplicates(definition.name, () =>
      this.database.within(outer, async (tx) => {
        const id = await this.integrations.newId(tx);
        await this.dependents.assertPushSource(tx, id, definition.config);
        await this.integrations.insert(tx, this.toRow(id, definition));
        const { name, type, authType } = definition;
        await this.audit.record(tx, {
          action: 'integration.created',
          actor,
          subject: `integration:${id}`,
          details: { name, type, authType },
        });
        return id;
      }),
    );
  }

  /** @throws AppError `integrations.not-found`, `integrations.invalid-fields`, `integrations.duplicate-name` */
  async update(id: string, body: UpdateIntegrationBody, actor: string): Promise<IntegrationEntity> {
    await this.refusingDuplicates(body.name ?? '', () =>
      this.database.transaction(async (tx) => {
        const current = await this.integrations.getForChange(tx, id);
        const known = { ...current, secrets: this.vault.open(current) };
        const changed = changeIntegration(known, body);
        this.check.assertUsable(changed);
        if (body.config !== undefined) await this.dependents.assertPushSource(tx, id, changed.config);
        const row = this.toRow(id, changed);
        await this.integrations.update(tx, id, row);
        await this.dependents.follow(tx, { ...current, ...row }, known, changed);
        const members = changedMembers(known, changed);
        if (members.includes('authType') || members.includes('authConfig')) await this.vault.discardTokens(tx, id);
        const sides = changeDetails(shownOf(known), shownOf(changed));
        const details = { name: changed.name, changed: members.join(' '), ...sides };
        await this.audit.record(tx, { action: 'integration.updated', actor, subject: `integration:${id}`, details });
      }),
    );
    return this.integrations.get(id);
  }

  /**
   * Deletes an integration with its webhooks and sources. Its logs stay until they expire; what was still to be delivered is
   * cancelled, and what was synchronised is deleted.
   *
   * @throws AppError `integrations.not-found`
   */
  async delete(id: string, actor: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const { name } = await this.integrations.getForChange(tx, id);
      await this.dependents.giveUp(tx, id);
      await this.integrations.delete(tx, id);
      await this.audit.record(tx, {
        action: 'integration.deleted',
        actor,
        subject: `integration:${id}`,
        details: { name },
      });
    });
  }

  private toRow(id: string, { secrets, ...shown }: IntegrationDefinition): NewIntegration {
    return { id, ...shown, credentials: this.vault.seal(id, secrets) };
  }

  private async refusingDuplicates<T>(name: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw isUniqueViolation(error, 'integrations_name') ? duplicateName(name.trim()) : error;
    }
  }
}

/** What readers see of a definition, in the words of requests. */
function shownOf(definition: IntegrationDefinition): object {
  const { name, type, config, authType, authConfig, syncFrequencySeconds, syncCron, syncTimeZone } = definition;
  const { publishesChanges: changeEvents } = definition;
  const sync = { syncFrequency: syncFrequencySeconds, syncCron, syncTimeZone, changeEvents };
  return { name, type, config, authType, authConfig, ...sync };
}
