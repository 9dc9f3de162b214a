import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { JobQueue } from '../../../platform/jobs/job-queue.js';
import { AuditLog } from '../../identity/index.js';
import { wakeEndpoints } from '../deliveries/wake-endpoints.job.js';
import { SyncSchedules } from '../sync/sync-schedules.service.js';
import { WebhooksRepository } from '../webhooks/webhooks.repository.js';
import { placeholdersIn } from './http-config.js';
import { addressesIn } from './integration-config.js';
import { placeholdersUnfilled } from './integration.errors.js';
import { IntegrationsRepository } from './integrations.repository.js';

/** Takes integrations into use and out of it. Both may be repeated. */
@Injectable()
export class IntegrationActivationService {
  constructor(
    private readonly database: Database,
    private readonly integrations: IntegrationsRepository,
    private readonly webhooks: WebhooksRepository,
    private readonly schedules: SyncSchedules,
    private readonly jobs: JobQueue,
    private readonly audit: AuditLog,
  ) {}

  /**
   * From now on events are delivered to its webhooks, beginning with those that were held, and it is synchronised at its times.
   *
   * @throws AppError `integrations.not-found`, `integrations.placeholders-unfilled`
   */
  async activate(id: string, actor: string, outer?: Transaction): Promise<void> {
    await this.database.within(outer, async (tx) => {
      const integration = await this.integrations.getForChange(tx, id);
      const placeholders = addressesIn(integration.config).flatMap(({ address }) => placeholdersIn(address));
      if (placeholders.length > 0) throw placeholdersUnfilled(placeholders);
      const activatedAt = integration.activatedAt ?? new Date();
      await this.integrations.update(tx, id, { status: 'active', activatedAt });
      await this.schedules.begin(tx, { ...integration, status: 'active' });
      const webhooks = await this.webhooks.listOf(id, tx);
      if (webhooks.length > 0)
        await this.jobs.add(tx, wakeEndpoints, { webhookIds: webhooks.map((webhook) => webhook.id) });
      await this.audit.record(tx, { action: 'integration.activated', actor, subject: `integration:${id}` });
    });
  }

  /**
   * Holds what is to be delivered from now on, until it is activated again; what is being sent at this moment still arrives.
   *
   * @throws AppError `integrations.not-found`
   */
  async deactivate(id: string, actor: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.integrations.getForChange(tx, id);
      await this.integrations.update(tx, id, { status: 'inactive' });
      await this.schedules.end(tx, id);
      await this.audit.record(tx, { action: 'integration.deactivated', actor, subject: `integration:${id}` });
    });
  }
}
