import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Database } from '../database/database.js';
import { HandlesJob } from '../jobs/job.js';
import { dispatchEvents } from './dispatch-events.job.js';
import type { EventSubscriber } from './event-subscriber.js';
import { EventsRepository } from './events.repository.js';

const batchSize = 200;
const sweepIntervalMs = 10_000;

/** Hands committed events to the subscribers, each event exactly once, batch by batch. */
@Injectable()
export class EventDispatcher {
  private readonly subscribers: EventSubscriber[] = [];

  constructor(
    private readonly database: Database,
    private readonly events: EventsRepository,
  ) {}

  subscribe(subscriber: EventSubscriber): void {
    this.subscribers.push(subscriber);
  }

  @HandlesJob(dispatchEvents)
  async dispatchPending(): Promise<void> {
    while ((await this.dispatchBatch()) === batchSize);
  }

  /** Finds what a killed worker's lost wake-up left behind. */
  @Interval(sweepIntervalMs)
  async sweep(): Promise<void> {
    await this.dispatchPending();
  }

  private dispatchBatch(): Promise<number> {
    return this.database.transaction(async (tx) => {
      const events = await this.events.takeUndispatched(tx, batchSize);
      if (events.length === 0) return 0;
      for (const subscriber of this.subscribers) await subscriber.onEvents(tx, events);
      await this.events.markDispatched(
        tx,
        events.map(({ id }) => id),
      );
      return events.length;
    });
  }
}
