import { Injectable } from '@nestjs/common';
import type { Connector, PullSummary } from '../connectors/connector.js';
import { SyncFailure } from '../connectors/sync-failure.js';
import type { IntegrationEntity } from '../integrations/integration.entity.js';
import { PageWriter } from '../records/page-writer.js';
import type { ActiveRun } from './active-run.js';
import { asConnectorFailure } from './connector-failure.js';
import { SyncQueueRepository, type PullPlace } from './sync-queue.repository.js';

/** Longer pauses between pages do not hold a place: the next run goes on. */
const maxPauseMs = 60_000;

/** Reads a source page by page, each of which is stored before the next is asked for. */
@Injectable()
export class PullRun {
  constructor(
    private readonly queue: SyncQueueRepository,
    private readonly pages: PageWriter,
  ) {}

  /**
   * Goes on where the source was left.
   *
   * @throws SyncFailure, RunStopped
   */
  async execute(run: ActiveRun, integration: IntegrationEntity, connector: Connector): Promise<void> {
    const place = await this.queue.beginPull(run.claim);
    const end = place.passEnd ?? (await this.readToTheEnd(run, integration, connector, place));
    if (end.isFull) await this.pages.sweep(run, integration, place.passNumber);
    await this.queue.endPass(run.claim, place.passNumber, end);
  }

  private async readToTheEnd(
    run: ActiveRun,
    integration: IntegrationEntity,
    connector: Connector,
    { passNumber, checkpoint, isResumed }: PullPlace,
  ): Promise<PullSummary> {
    const pages = connector.pull(integration, { checkpoint, isResumed, signal: run.signal });
    try {
      for (;;) {
        const step = await asConnectorFailure(run, () => pages.next());
        if (step.done === true) {
          // Only what is missing takes further transactions, for which another process must know that this is the end.
          if (step.value.isFull) await this.queue.savePassEnd(run.claim, passNumber, step.value);
          return step.value;
        }
        await this.pages.store(run, integration, passNumber, step.value);
        run.assertGoesOn();
        await pauseFor(run, step.value.pauseMs ?? 0);
      }
    } finally {
      // Not waited for: a generator that hangs would hold the run.
      pages.return(undefined as never).catch(() => undefined);
    }
  }
}

/** @throws SyncFailure when the pause is too long to wait for it here */
export async function pauseFor(run: ActiveRun, pauseMs: number): Promise<void> {
  if (pauseMs > maxPauseMs) {
    throw new SyncFailure('throttled', 'The other system wants to be left alone for a while', pauseMs);
  }
  await run.pause(pauseMs);
}
