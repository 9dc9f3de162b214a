import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Transaction } from '../../../platform/database/database.js';
import { EventDispatcher } from '../../../platform/events/event-dispatcher.js';
import type { EventSubscriber } from '../../../platform/events/event-subscriber.js';
import type { PublishedEvent } from '../../../platform/events/event.js';
import { JobQueue } from '../../../platform/jobs/job-queue.js';
import { testOf } from '../filters/filter-match.policy.js';
import { payloadOf } from './delivery-body.policy.js';
import { DeliveryQueueRepository, type FilteredWebhook } from './delivery-queue.repository.js';
import { endpointEventPrefix } from './endpoint.events.js';
import { wakeEndpoints } from './wake-endpoints.job.js';

/** Webhooks in one job: few enough for several processes to share the work. */
const webhooksPerJob = 50;

/** Turns events into deliveries, in the transaction that marks them as dispatched. */
@Injectable()
export class EventFanOut implements EventSubscriber, OnModuleInit {
  constructor(
    private readonly dispatcher: EventDispatcher,
    private readonly queue: DeliveryQueueRepository,
    private readonly jobs: JobQueue,
  ) {}

  onModuleInit(): void {
    this.dispatcher.subscribe(this);
  }

  async onEvents(tx: Transaction, events: PublishedEvent[]): Promise<void> {
    const { openIds, filtered } = await this.queue.fanOut(tx, events);
    const webhookIds = [...openIds, ...(await this.fanOutFiltered(tx, events, filtered))];
    for (let start = 0; start < webhookIds.length; start += webhooksPerJob) {
      await this.jobs.add(tx, wakeEndpoints, { webhookIds: webhookIds.slice(start, start + webhooksPerJob) });
    }
  }

  /** @returns the webhooks that want any of the events and can be delivered to now */
  private async fanOutFiltered(
    tx: Transaction,
    events: PublishedEvent[],
    filtered: FilteredWebhook[],
  ): Promise<string[]> {
    const judged = events.map((event) => ({ event, payload: payloadOf(event) }));
    const pairs = filtered.flatMap((webhook) => {
      const passes = testOf(webhook.filter);
      return judged
        .filter(({ event }) => isFor(event, webhook))
        .filter(({ payload }) => passes(payload))
        .map(({ event }) => ({ event, webhook }));
    });
    if (pairs.length === 0) return [];
    await this.queue.addDeliveries(tx, pairs);
    return [...new Set(pairs.filter(({ webhook }) => webhook.isOpen).map(({ webhook }) => webhook.id))];
  }
}

/** As the statement of the fan-out has it for webhooks without a filter: none is told about its own endpoint. */
function isFor({ type, subject }: PublishedEvent, { id, eventType }: FilteredWebhook): boolean {
  if (eventType !== '*' && eventType !== type) return false;
  return !(type.startsWith(endpointEventPrefix) && subject === `webhook:${id}`);
}
