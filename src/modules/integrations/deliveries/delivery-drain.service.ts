import { setMaxListeners } from 'node:events';
import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { AppConfig } from '../../../platform/config/app-config.js';
import { HandlesJob } from '../../../platform/jobs/job.js';
import { DeliveryBatchService } from './delivery-batch.service.js';
import { DeliveryQueueRepository } from './delivery-queue.repository.js';
import { wakeEndpoints } from './wake-endpoints.job.js';

/** Webhooks that are drained at once; the others take turns with them, batch by batch. */
const maxDrainedAtOnce = 50;

/** With the lease (20 s) this bounds how long a killed process delays its deliveries: less than 30 s. */
const sweepIntervalMs = 5000;

/** Time that an attempt under way gets when the application stops; its outcome must still be written afterwards. */
const shutdownReserveMs = 2000;

/**
 * Drains webhooks: each on its own, batch after batch until nothing is due, so that a slow endpoint only slows itself. Being woken
 * for nothing, twice, or by several processes does no harm, because the rows decide.
 */
@Injectable()
export class DeliveryDrain implements BeforeApplicationShutdown {
  private readonly logger = new Logger(DeliveryDrain.name);
  private readonly waiting = new Set<string>();
  private readonly running = new Map<string, Promise<void>>();
  private readonly stopping = new AbortController();
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
    this.startWaiting();
  }

  /** Finds what is due again, and what a crash left behind. */
  @Interval(sweepIntervalMs)
  async sweep(): Promise<void> {
    await this.wake({ webhookIds: await this.queue.webhooksWithDue() });
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    this.waiting.clear();
    const graceMs = Math.max(0, this.config.http.shutdownTimeoutMs - shutdownReserveMs);
    const timer = setTimeout(() => this.stopping.abort(), graceMs);
    await Promise.all(this.running.values());
    clearTimeout(timer);
  }

  private startWaiting(): void {
    for (const id of this.waiting) {
      if (this.isStopping || this.running.size >= maxDrainedAtOnce) return;
      // Woken while it is drained: it waits for its next turn.
      if (this.running.has(id)) continue;
      this.waiting.delete(id);
      this.running.set(id, this.takeTurn(id));
    }
  }

  /** One batch; then the webhook waits behind the others, unless it had nothing due. */
  private async takeTurn(webhookId: string): Promise<void> {
    try {
      const tried = await this.batches.run(webhookId, this.stopping.signal);
      if (tried > 0 && !this.isStopping) this.waiting.add(webhookId);
    } catch (error) {
      if (!this.stopping.signal.aborted) this.logger.error(error);
    } finally {
      this.running.delete(webhookId);
      this.startWaiting();
    }
  }
}
