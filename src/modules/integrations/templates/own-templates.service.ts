import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import { isUniqueViolation } from '../../../platform/errors/database-error.policy.js';
import { AuditLog } from '../../identity/index.js';
import { IntegrationsRepository } from '../integrations/integrations.repository.js';
import { WebhooksRepository } from '../webhooks/webhooks.repository.js';
import { OwnTemplatesRepository } from './own-templates.repository.js';
import { templateOf } from './template-of-integration.policy.js';
import type { SaveTemplateBody } from './template.dto.js';
import { templateKeyTaken, templateNotFound } from './template.errors.js';
import { templates } from './templates.js';

/** Templates that admins make of their integrations. */
@Injectable()
export class OwnTemplatesService {
  constructor(
    private readonly database: Database,
    private readonly integrations: IntegrationsRepository,
    private readonly webhooks: WebhooksRepository,
    private readonly own: OwnTemplatesRepository,
    private readonly audit: AuditLog,
  ) {}

  /** @throws AppError `integrations.not-found`, `templates.key-taken` */
  async save(integrationId: string, { key, name, description = '' }: SaveTemplateBody, actor: string): Promise<void> {
    if (templates.has(key)) throw templateKeyTaken(key);
    const integration = await this.integrations.get(integrationId);
    const webhooks = await this.webhooks.listOf(integrationId);
    const template = templateOf(integration, webhooks, { name: name ?? integration.name, description });
    try {
      await this.database.transaction(async (tx) => {
        await this.own.insert(tx, { key, template, createdBy: actor });
        const details = { integrationId };
        await this.audit.record(tx, { action: 'template.saved', actor, subject: `template:${key}`, details });
      });
    } catch (error) {
      throw isUniqueViolation(error, 'own_templates_pkey') ? templateKeyTaken(key) : error;
    }
  }

  /** @throws AppError `templates.not-found` */
  async delete(key: string, actor: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      if (!(await this.own.delete(tx, key))) throw templateNotFound(key);
      await this.audit.record(tx, { action: 'template.deleted', actor, subject: `template:${key}` });
    });
  }
}
