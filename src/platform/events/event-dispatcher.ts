import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Database } from '../database/database.js';
import { Notifications } from '../database/notifications.js';
import type { EventSubscriber } from './event-subscriber.js';
import { EventsRepository } from './events.repository.js';

const batchSize = 200;
/**
 * Between the beginnings of two batches, in milliseconds. What comes alone is dispatched at once; a stream of single events becomes twenty
 * batches a second, each with the statements of one event, as are the claims and deliveries that follow from it.
 */
const batchIntervalMs = 50;
/** What is notified may be lost with the connection or the process; the look for it costs one step into a small index. */
const sweepIntervalMs = 2000;
/** What a trigger of the table notifies of. */
const channel = 'lyceum_events';

/**
 * Hands committed events to the subscribers, each event exactly once. One batch at a time in this process, so that what comes meanwhile
 * makes the next batch larger instead of costing a transaction for each event.
 */
@Injectable()
export class EventDispatcher implements OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger(EventDispatcher.name);
  private readonly subscribers: EventSubscriber[] = [];
  private running: Promise<void> | undefined;
  private isWoken = false;
  private isStopping = false;

  constructor(
    private readonly database: Database,
    private readonly events: EventsRepository,
    private readonly notifications: Notifications,
  ) {}

  onModuleInit(): void {
    this.notifications.listen(channel, () => this.wake());
  }

  subscribe(subscriber: EventSubscriber): void {
    this.subscribers.push(subscriber);
  }

  /** Dispatches what there is; several processes may do so at once. */
  async dispatchPending(): Promise<void> {
    while ((await this.dispatchBatch()) === batchSize);
  }

  /** Finds what nobody was notified of. */
  @Interval(sweepIntervalMs)
  sweep(): void {
    this.wake();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    await this.running;
  }

  private wake(): void {
    this.isWoken = true;
    this.running ??= this.run();
  }

  private async run(): Promise<void> {
    try {
      while (this.isWoken && !this.isStopping) {
        const pause = sleep(batchIntervalMs);
        this.isWoken = false;
        await this.dispatchPending();
        await pause;
      }
    } catch (error) {
      // The sweep tries again.
      this.logger.error(error);
    } finally {
      // In the same step as the last look at `isWoken`, so that nobody is woken in vain.
      this.running = undefined;
    }
  }

  private dispatchBatch(): Promise<number> {
    return this.database.transaction(async (tx) => {
      const events = await this.events.takeUndispatched(tx, batchSize);
      if (events.length === 0) return 0;
      for (const subscriber of this.subscribers) await subscriber.onEvents(tx, events);
      return events.length;
    });
  }
}
