import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import { isUniqueViolation } from '../../../platform/errors/database-error.policy.js';
import type { PushOutcome } from '../connectors/connector.js';
import type { ActiveRun } from '../sync/active-run.js';
import { SyncQueueRepository } from '../sync/sync-queue.repository.js';
import { PushQueueRepository, type BatchedItem } from './push-queue.repository.js';
import { retryOf } from './push-retry.policy.js';

/** A newer version of a record can come in while its older one is settled; each time another one has to. */
const settleTries = 5;

const maxReasonChars = 2000;

/** Puts what waits into batches, and writes down what became of them; each step checks the lease in its transaction. */
@Injectable()
export class PushBatches {
  constructor(
    private readonly database: Database,
    private readonly queue: SyncQueueRepository,
    private readonly items: PushQueueRepository,
  ) {}

  /**
   * The batch that an earlier run did not see the end of, else a new one; its id and items are committed before it is sent.
   *
   * @returns empty when nothing is due
   * @throws RunStopped when another process has the run
   */
  next({ claim }: ActiveRun, batchSize: number): Promise<BatchedItem[]> {
    return this.database.transaction(async (tx) => {
      await this.queue.hold(tx, claim);
      const interrupted = await this.items.findInterrupted(tx, claim.integrationId);
      if (interrupted.length > 0) return interrupted;
      return this.items.assign(tx, claim.integrationId, randomUUID(), batchSize);
    });
  }

  /** @throws RunStopped when another process has the run */
  async settle(run: ActiveRun, batch: BatchedItem[], { refused }: PushOutcome): Promise<void> {
    const reasons = new Map(refused.map((item) => [item.key, item]));
    const outcomes = batch.flatMap(({ id, key, attempts }) => {
      const refusal = reasons.get(key);
      if (refusal === undefined) return [];
      const reason = refusal.reason.slice(0, maxReasonChars).replaceAll('\0', '\uFFFD');
      return [{ id, reason, ...retryOf(attempts, refusal.isRetryable) }];
    });
    const refusedIds = new Set(outcomes.map(({ id }) => id));
    const sentIds = batch.map(({ id }) => id).filter((id) => !refusedIds.has(id));
    const counts = { sent: sentIds.length, refused: outcomes.length };
    for (let tries = 1; ; tries += 1) {
      try {
        await this.database.transaction(async (tx) => {
          await this.queue.hold(tx, run.claim);
          await this.items.settle(tx, sentIds, outcomes);
          await this.queue.addCounts(tx, run.claim.runId, counts);
        });
        break;
      } catch (error) {
        if (tries >= settleTries || !isUniqueViolation(error, 'push_items_open')) throw error;
      }
    }
    run.hasProgress = true;
  }
}
