import { setMaxListeners } from 'node:events';
import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { AppConfig } from '../../../platform/config/app-config.js';
import { HandlesJob } from '../../../platform/jobs/job.js';
import { DeliveryBatchService, type DeliveryBatch } from './delivery-batch.service.js';
import { DeliveryQueueRepository } from './delivery-queue.repository.js';
import { wakeEndpoints } from './wake-endpoints.job.js';

/** Attempts under way at once from this process: to one webhook, to one whose last batch was all in vain, and to all. */
const maxPerWebhook = 20;
const maxPerFailingWebhook = 2;
const maxInTotal = 1000;

/** With the lease (20 s) this bounds how long a killed process delays its deliveries: less than 30 s. */
const sweepIntervalMs = 5000;

/** Time that an attempt under way gets when the application stops; its outcome must still be written afterwards. */
const shutdownReserveMs = 2000;

/**
 * Drains webhooks: each on its own, batch after batch until nothing is due. While one batch waits for its answers, the next is
 * claimed if there is room, so a slow answer holds up nothing else, and an endpoint that fails takes little room from the others.
 * Being woken for nothing, twice, or by several processes does no harm, because the rows decide.
 */
@Injectable()
export class DeliveryDrain implements BeforeApplicationShutdown {
  private readonly logger = new Logger(DeliveryDrain.name);
  /** Webhooks to be looked at, in the order in which they were woken. */
  private readonly waiting = new Set<string>();
  private readonly claiming = new Set<string>();
  /** Webhooks whose last batch was all in vain. */
  private readonly failing = new Set<string>();
  /** Attempts under way by webhook, and room that is reserved while deliveries are claimed. */
  private readonly underWay = new Map<string, number>();
  private readonly turns = new Set<Promise<void>>();
  private readonly stopping = new AbortController();
  private total = 0;
  private isStopping = false;

  constructor(
    private readonly batches: DeliveryBatchService,
    private readonly queue: DeliveryQueueRepository,
    private readonly config: AppConfig,
  ) {
    // Every attempt under way listens to it, so Node's guess that ten listeners are a leak does not hold.
    setMaxListeners(0, this.stopping.signal);
  }

  /** Does not wait for the deliveries: a place in the job queue is for short work. */
  @HandlesJob(wakeEndpoints)
  async wake({ webhookIds }: { webhookIds: string[] }): Promise<void> {
    for (const id of webhookIds) this.waiting.add(id);
    this.startTurns();
  }

  /** Finds what is due again, and what a crash left behind. */
  @Interval(sweepIntervalMs)
  async sweep(): Promise<void> {
    await this.wake({ webhookIds: await this.queue.webhooksWithDue() });
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    const graceMs = Math.max(0, this.config.http.shutdownTimeoutMs - shutdownReserveMs);
    const timer = setTimeout(() => this.stopping.abort(), graceMs);
    await Promise.all(this.turns);
    clearTimeout(timer);
  }

  private startTurns(): void {
    for (const webhookId of this.waiting) {
      if (this.isStopping || this.total >= maxInTotal) return;
      const room = this.roomFor(webhookId);
      // Without room it goes on waiting, and is looked at again when an attempt is over.
      if (room <= 0 || this.claiming.has(webhookId)) continue;
      this.waiting.delete(webhookId);
      const turn = this.takeTurn(webhookId, room).finally(() => this.turns.delete(turn));
      this.turns.add(turn);
    }
  }

  private roomFor(webhookId: string): number {
    const limit = this.failing.has(webhookId) ? maxPerFailingWebhook : maxPerWebhook;
    return Math.min(limit - (this.underWay.get(webhookId) ?? 0), maxInTotal - this.total);
  }

  /** One batch. Unless nothing was due, the webhook is looked at again: for more, and for what is to be repeated at once. */
  private async takeTurn(webhookId: string, room: number): Promise<void> {
    try {
      const batch = await this.claim(webhookId, room);
      const size = batch.deliveries.length;
      if (size === 0) return;
      this.take(webhookId, size);
      this.waiting.add(webhookId);
      this.startTurns();
      try {
        const isAccepting = await this.batches.send(batch, this.stopping.signal);
        this.failing[isAccepting ? 'delete' : 'add'](webhookId);
      } finally {
        this.take(webhookId, -size);
      }
      this.waiting.add(webhookId);
    } catch (error) {
      if (!this.stopping.signal.aborted) this.logger.error(error);
    } finally {
      this.startTurns();
    }
  }

  private async claim(webhookId: string, room: number): Promise<DeliveryBatch> {
    this.claiming.add(webhookId);
    this.take(webhookId, room);
    try {
      return await this.batches.claim(webhookId, room);
    } finally {
      this.take(webhookId, -room);
      this.claiming.delete(webhookId);
    }
  }

  private take(webhookId: string, attempts: number): void {
    this.total += attempts;
    const left = (this.underWay.get(webhookId) ?? 0) + attempts;
    if (left === 0) this.underWay.delete(webhookId);
    else this.underWay.set(webhookId, left);
  }
}
