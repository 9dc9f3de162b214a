import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import { AuditLog } from '../../identity/index.js';
import { DeliveriesRepository } from '../deliveries/deliveries.repository.js';
import { wants } from '../deliveries/delivery-body.policy.js';
import { PublishingService } from '../publishing/publishing.service.js';
import type { TriggerBody } from './trigger.dto.js';
import { WebhooksRepository } from './webhooks.repository.js';

/** How far the deliveries of an event are. */
export interface TriggerResult {
  eventId: string;
  /** Webhooks whose endpoint has accepted the event. */
  successful: number;
  /** Webhooks that were tried in vain. */
  failed: number;
  /** Webhooks that the event is for. */
  total: number;
  /** The rest: not tried yet, or held. */
  pending: number;
}

const defaultWaitSeconds = 5;
const pollIntervalMs = 50;

/**
 * Publishes an event by hand. The original delivered while its caller waited; here the event is stored, and then the answer waits
 * a little for the first attempts, so that its numbers are true when they are sent and mostly final.
 */
@Injectable()
export class TriggerService {
  constructor(
    private readonly database: Database,
    private readonly webhooks: WebhooksRepository,
    private readonly deliveries: DeliveriesRepository,
    private readonly publishing: PublishingService,
    private readonly audit: AuditLog,
  ) {}

  /** @throws AppError `integrations.invalid-fields` when the type is unknown or the data does not fit it */
  async trigger(body: TriggerBody, actor: string): Promise<TriggerResult> {
    const { eventType, data, isCustom = false, waitSeconds = defaultWaitSeconds } = body;
    const names = (_: number, member: string) => (member === 'event' ? 'eventType' : member);
    const events = await this.publishing.prepare([{ event: eventType, data, isCustom }], names);
    const { eventId, total } = await this.database.transaction(async (tx) => {
      const [accepted] = await this.publishing.accept(tx, events, names);
      const eventId = accepted?.id ?? '';
      await this.audit.record(tx, {
        action: 'event.triggered',
        actor,
        subject: `event:${eventId}`,
        details: { eventType },
      });
      const event = { id: eventId, type: eventType, data, occurredAt: new Date() };
      const filters = await this.webhooks.filtersFor(tx, eventType);
      return { eventId, total: filters.filter((filter) => wants({ filter }, event)).length };
    });
    return this.waitForAttempts(eventId, total, Date.now() + waitSeconds * 1000);
  }

  private async waitForAttempts(eventId: string, total: number, deadline: number): Promise<TriggerResult> {
    for (;;) {
      const { delivered, failed, held } = await this.deliveries.countOutcomes(eventId);
      if (delivered + failed + held >= total || Date.now() >= deadline) {
        return { eventId, successful: delivered, failed, total, pending: Math.max(0, total - delivered - failed) };
      }
      await sleep(pollIntervalMs);
    }
  }
}
