import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { EventDispatcher } from '../../../platform/events/event-dispatcher.js';
import type { EventSubscriber } from '../../../platform/events/event-subscriber.js';
import type { PublishedEvent } from '../../../platform/events/event.js';
import { JobQueue } from '../../../platform/jobs/job-queue.js';
import { testOf } from '../filters/filter-match.policy.js';
import { payloadOf } from './delivery-body.policy.js';
import { DeliveryDrain } from './delivery-drain.service.js';
import { endpointEventPrefix } from './endpoint.events.js';
import { FanOutRepository, type FanOut } from './fan-out.repository.js';
import { wakeEndpoints } from './wake-endpoints.job.js';

/** Webhooks in one job: few enough for several processes to share the work. */
const webhooksPerJob = 50;

/** Turns events into deliveries, in the transaction that marks them as dispatched. */
@Injectable()
export class EventFanOut implements EventSubscriber, OnModuleInit {
  constructor(
    private readonly dispatcher: EventDispatcher,
    private readonly deliveries: FanOutRepository,
    private readonly database: Database,
    private readonly drain: DeliveryDrain,
    private readonly jobs: JobQueue,
  ) {}

  onModuleInit(): void {
    this.dispatcher.subscribe(this);
  }

  async onEvents(tx: Transaction, events: PublishedEvent[]): Promise<void> {
    const { openIds, filtered } = await this.deliveries.fanOut(tx, events);
    const webhookIds = [...openIds, ...(await this.fanOutFiltered(tx, events, filtered))];
    if (webhookIds.length <= webhooksPerJob) {
      // This process is as good as another, and a job would cost more than the deliveries of one event. Should it die first, sweeps find them.
      this.database.onCommit(tx, () => this.drain.wake({ webhookIds }));
      return;
    }
    for (let start = 0; start < webhookIds.length; start += webhooksPerJob) {
      await this.jobs.add(tx, wakeEndpoints, { webhookIds: webhookIds.slice(start, start + webhooksPerJob) });
    }
  }

  /** @returns the webhooks that want any of the events and can be delivered to now */
  private async fanOutFiltered(
    tx: Transaction,
    events: PublishedEvent[],
    filtered: FanOut['filtered'],
  ): Promise<string[]> {
    const judged = events.map((event) => ({ event, payload: payloadOf(event) }));
    const pairs = filtered.flatMap((webhook) => {
      const passes = testOf(webhook.filter);
      return judged
        .filter(({ event: { type } }) => webhook.eventType === '*' || webhook.eventType === type)
        .filter(({ event, payload }) => passes(payload) && !isAboutItself(webhook, event))
        .map(({ event }) => ({ event, webhook }));
    });
    if (pairs.length === 0) return [];
    await this.deliveries.addDeliveries(tx, pairs);
    return [...new Set(pairs.filter(({ webhook }) => webhook.isOpen).map(({ webhook }) => webhook.id))];
  }
}

/** A webhook is not told about its own endpoint, which could go round without end. */
function isAboutItself({ id }: { id: string }, { type, subject }: PublishedEvent): boolean {
  return type.startsWith(endpointEventPrefix) && subject === `webhook:${id}`;
}
