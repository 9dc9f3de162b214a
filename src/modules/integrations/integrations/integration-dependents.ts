import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../../platform/database/database.js';
import { JobQueue } from '../../../platform/jobs/job-queue.js';
import type { PushSource } from '../connectors/push-source.js';
import { cancelDeliveries } from '../deliveries/cancel-deliveries.job.js';
import { EventTypesService } from '../event-types/event-types.service.js';
import { invalidFields } from '../field-errors.js';
import { syncChangeOf } from '../sync/sync-definition.policy.js';
import { SyncSchedules } from '../sync/sync-schedules.service.js';
import { WebhooksRepository } from '../webhooks/webhooks.repository.js';
import type { IntegrationConfig } from './integration-config.js';
import type { IntegrationDefinition } from './integration-definition.policy.js';
import type { IntegrationEntity } from './integration.entity.js';
import { IntegrationsRepository } from './integrations.repository.js';

/** What hangs on an integration and follows it when it changes: its schedule, its deliveries, and where it pushes from. */
@Injectable()
export class IntegrationDependents {
  constructor(
    private readonly integrations: IntegrationsRepository,
    private readonly webhooks: WebhooksRepository,
    private readonly schedules: SyncSchedules,
    private readonly types: EventTypesService,
    private readonly jobs: JobQueue,
  ) {}

  /**
   * Insists that there is what it is to push.
   *
   * @throws AppError `integrations.invalid-fields`
   */
  async assertPushSource(tx: Transaction, id: string, config: IntegrationConfig): Promise<void> {
    const { source } = config as { source?: PushSource };
    if (source === undefined) return;
    if ('recordsOf' in source) return this.assertRecordsOf(tx, id, source.recordsOf);
    const known = await this.types.find(source.events, tx);
    const unknown = source.events.flatMap((name, index) =>
      name === '*' || known.has(name)
        ? []
        : [{ field: `config.source.events.${index}`, message: 'is no event type; GET /api/integrations/event-types' }],
    );
    if (unknown.length > 0) throw invalidFields(unknown);
  }

  /** After a change. */
  follow(
    tx: Transaction,
    integration: IntegrationEntity,
    before: IntegrationDefinition,
    after: IntegrationDefinition,
  ): Promise<void> {
    return this.schedules.follow(tx, integration, syncChangeOf(before, after));
  }

  /** Before it is deleted. */
  async giveUp(tx: Transaction, id: string): Promise<void> {
    const webhookIds = await this.webhooks.lockAll(tx, id);
    await this.schedules.forget(tx, id);
    if (webhookIds.length > 0) await this.jobs.add(tx, cancelDeliveries, { webhookIds });
  }

  private async assertRecordsOf(tx: Transaction, id: string, recordsOf: string): Promise<void> {
    const field = 'config.source.recordsOf';
    if (recordsOf === id) throw invalidFields([{ field, message: 'must be another integration' }]);
    if (await this.integrations.exists(recordsOf, tx)) return;
    throw invalidFields([{ field, message: 'must be the id of an integration, and there is none with this id' }]);
  }
}
