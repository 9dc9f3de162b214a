import { Injectable } from '@nestjs/common';
import type { Connector } from '../connectors/connector.js';
import type { IntegrationEntity } from '../integrations/integration.entity.js';
import type { ActiveRun } from '../sync/active-run.js';
import { asConnectorFailure } from '../sync/connector-failure.js';
import { pauseFor } from '../sync/pull-run.js';
import { SyncQueueRepository } from '../sync/sync-queue.repository.js';
import { PushBatches } from './push-batches.js';

const defaultBatchSize = 100;

/** Sends what waits batch by batch, each of which is committed before it is sent. */
@Injectable()
export class PushRun {
  constructor(
    private readonly queue: SyncQueueRepository,
    private readonly batches: PushBatches,
  ) {}

  /**
   * Goes on until nothing is due. A batch that could not be sent stays as it is, and is the first of the next run.
   *
   * @throws SyncFailure, RunStopped
   */
  async execute(run: ActiveRun, integration: IntegrationEntity, connector: Connector): Promise<void> {
    await this.queue.beginPush(run.claim);
    const { batchSize = defaultBatchSize, batchDelay = 0 } = integration.config as {
      batchSize?: number;
      batchDelay?: number;
    };
    for (;;) {
      const batch = await this.batches.next(run, batchSize);
      const [first] = batch;
      if (first === undefined) return;
      const items = batch.map(({ key, data, isDeleted }) => ({ key, data, isDeleted }));
      const outcome = await asConnectorFailure(run, () =>
        connector.push(integration, { id: first.batchId, items }, run.signal),
      );
      await this.batches.settle(run, batch, outcome);
      run.assertGoesOn();
      await pauseFor(run, Math.max(batchDelay, outcome.pauseMs ?? 0));
    }
  }
}
