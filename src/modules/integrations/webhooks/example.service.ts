import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import { EventPublisher } from '../../../platform/events/event-publisher.js';
import { JobQueue } from '../../../platform/jobs/job-queue.js';
import { AuditLog } from '../../identity/index.js';
import { DeliveryChangesRepository } from '../deliveries/delivery-changes.repository.js';
import { wakeEndpoints } from '../deliveries/wake-endpoints.job.js';
import { EventTypesService } from '../event-types/event-types.service.js';
import { exampleNotSubscribed, noExample } from './webhook.errors.js';
import { WebhooksRepository } from './webhooks.repository.js';

/** Delivers the example of an event type, so that a receiver can be tried out. */
@Injectable()
export class ExampleService {
  constructor(
    private readonly database: Database,
    private readonly webhooks: WebhooksRepository,
    private readonly types: EventTypesService,
    private readonly publisher: EventPublisher,
    private readonly deliveries: DeliveryChangesRepository,
    private readonly jobs: JobQueue,
    private readonly audit: AuditLog,
  ) {}

  /**
   * @param eventType needed for a webhook of all types
   * @throws AppError `webhooks.not-found`, `integrations.invalid-fields` when the webhook does not get the type or it has no example
   */
  send(
    integrationId: string,
    webhookId: string,
    eventType: string | undefined,
    actor: string,
  ): Promise<{ eventId: string; deliveryId: string }> {
    return this.database.transaction(async (tx) => {
      const webhook = await this.webhooks.get(integrationId, webhookId, tx);
      const name = eventType ?? webhook.eventType;
      if (webhook.eventType !== '*' && name !== webhook.eventType) throw exampleNotSubscribed(webhook.eventType);
      const type = (await this.types.find([name], tx)).get(name);
      if (type === undefined) throw noExample(name);
      const eventId = await this.publisher.keep(tx, type, type.example);
      const deliveryId = await this.deliveries.add(tx, { id: eventId, type: name }, webhook);
      await this.jobs.add(tx, wakeEndpoints, { webhookIds: [webhookId] });
      const details = { eventType: name };
      await this.audit.record(tx, { action: 'webhook.example-sent', actor, subject: `webhook:${webhookId}`, details });
      return { eventId, deliveryId };
    });
  }
}
