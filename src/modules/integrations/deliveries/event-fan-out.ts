import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Transaction } from '../../../platform/database/database.js';
import { EventDispatcher } from '../../../platform/events/event-dispatcher.js';
import type { EventSubscriber } from '../../../platform/events/event-subscriber.js';
import type { PublishedEvent } from '../../../platform/events/event.js';
import { JobQueue } from '../../../platform/jobs/job-queue.js';
import { DeliveryQueueRepository } from './delivery-queue.repository.js';
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
    const webhookIds = await this.queue.fanOut(tx, events);
    for (let start = 0; start < webhookIds.length; start += webhooksPerJob) {
      await this.jobs.add(tx, wakeEndpoints, { webhookIds: webhookIds.slice(start, start + webhooksPerJob) });
    }
  }
}
