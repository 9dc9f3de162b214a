import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { EventReader } from '../../../platform/events/event-reader.js';
import { JobQueue } from '../../../platform/jobs/job-queue.js';
import { AuditLog } from '../../identity/index.js';
import type { Page } from '../page-query.dto.js';
import { WebhooksRepository } from '../webhooks/webhooks.repository.js';
import type { DeliveryAttemptEntity } from './delivery-attempt.entity.js';
import { DeliveryChangesRepository } from './delivery-changes.repository.js';
import { composeBody } from './delivery-body.policy.js';
import { deliveryNotFound, notCancellable, notResendable } from './delivery.errors.js';
import { DeliveriesRepository, type DeliveryView } from './deliveries.repository.js';
import type { DeliveryFilter } from './delivery-page-statement.js';
import { wakeEndpoints } from './wake-endpoints.job.js';

/** A delivery with everything that is known of it. */
export interface DeliveryDetails extends DeliveryView {
  attempts: DeliveryAttemptEntity[];
  /** The body; null when the event is deleted. */
  payload: unknown;
}

/** Of a webhook that is deleted. */
const unknownContent = { fields: null, mapping: null };

const unsendable = new Set<DeliveryView['state']>(['sending', 'held']);
const uncancellable = new Set<DeliveryView['state']>(['delivered', 'exhausted']);

/** What was delivered to whom, and what an admin can do about it. */
@Injectable()
export class DeliveriesService {
  constructor(
    private readonly database: Database,
    private readonly deliveries: DeliveriesRepository,
    private readonly changes: DeliveryChangesRepository,
    private readonly webhooks: WebhooksRepository,
    private readonly events: EventReader,
    private readonly jobs: JobQueue,
    private readonly audit: AuditLog,
  ) {}

  list(filter: DeliveryFilter, limit: number, cursor?: string): Promise<Page<DeliveryView>> {
    return this.deliveries.list(filter, limit, cursor);
  }

  /** @throws AppError `deliveries.not-found` */
  async get(id: string): Promise<DeliveryDetails> {
    const delivery = await this.deliveries.find(id);
    if (delivery === null) throw deliveryNotFound();
    const [attempts, events, webhook] = await Promise.all([
      this.deliveries.attemptsOf(id),
      this.events.findByIds([delivery.eventId]),
      this.webhooks.find(delivery.webhookId),
    ]);
    const event = events.get(delivery.eventId);
    const body = event === undefined ? null : composeBody(event, webhook ?? unknownContent);
    return { ...delivery, attempts, payload: JSON.parse(body ?? 'null') };
  }

  /**
   * Sends a delivery once more, with its whole schedule before it, whatever became of it.
   *
   * @throws AppError `deliveries.not-found`, `deliveries.not-resendable`
   */
  async resend(id: string, actor: string): Promise<void> {
    await this.change(id, 'delivery.resent', actor, async (tx, { state, webhookId }) => {
      const isGone = state === 'cancelled' && (await this.webhooks.find(webhookId, tx)) === null;
      if (isGone || unsendable.has(state)) throw notResendable(state);
      // Its outcome would take the place of what is begun here.
      if (await this.changes.isBeingSent(tx, id)) throw notResendable('sending');
      await this.changes.restart(tx, id);
    });
  }

  /**
   * Makes no further attempt at a delivery. One that is under way may still arrive.
   *
   * @throws AppError `deliveries.not-found`, `deliveries.not-cancellable`
   */
  async cancel(id: string, actor: string): Promise<void> {
    await this.change(id, 'delivery.cancelled', actor, async (tx, { state }) => {
      if (uncancellable.has(state)) throw notCancellable(state);
      await this.changes.cancel(tx, id);
    });
  }

  /** Others of the same subject may go afterwards, so its endpoint is woken either way. */
  private async change(
    id: string,
    action: string,
    actor: string,
    work: (tx: Transaction, delivery: DeliveryView) => Promise<void>,
  ): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.changes.lock(tx, id);
      const delivery = await this.deliveries.find(id, tx);
      if (delivery === null) throw deliveryNotFound();
      await work(tx, delivery);
      await this.jobs.add(tx, wakeEndpoints, { webhookIds: [delivery.webhookId] });
      await this.audit.record(tx, { action, actor, subject: `delivery:${id}` });
    });
  }
}
