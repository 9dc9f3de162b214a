import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import type { PulledPage } from '../connectors/connector.js';
import type { IntegrationEntity } from '../integrations/integration.entity.js';
import type { ActiveRun, RunCounts } from '../sync/active-run.js';
import { SyncQueueRepository } from '../sync/sync-queue.repository.js';
import { RecordChanges } from './record-changes.js';
import { storablePage } from './record-page.policy.js';
import { RecordsRepository } from './records.repository.js';

/** Records that one step of the search for deleted ones looks at. */
const sweepLimit = 5000;

/**
 * Writes down what a pull brings in. Each page is one transaction, which checks the lease under the lock of the schedule: records, what
 * was rejected, events, what is pushed on, the place in the source and the counts are stored together or not at all.
 */
@Injectable()
export class PageWriter {
  constructor(
    private readonly database: Database,
    private readonly queue: SyncQueueRepository,
    private readonly records: RecordsRepository,
    private readonly changes: RecordChanges,
  ) {}

  /** @throws RunStopped when another process has the run, or its pass was reset */
  async store(run: ActiveRun, integration: IntegrationEntity, passNumber: number, page: PulledPage): Promise<void> {
    const { records, rejected } = storablePage(page);
    const { id: integrationId, publishesChanges } = integration;
    await this.database.transaction(async (tx) => {
      const now = await this.queue.holdPage(tx, run.claim, passNumber, page.checkpoint);
      const place = { integrationId, passNumber, now };
      const changes = await this.records.store(tx, place, records, publishesChanges);
      await this.records.reject(tx, integrationId, rejected);
      await this.changes.tell(tx, integration, changes, records);
      const count = (kind: string): number => changes.filter(({ change }) => change === kind).length;
      const counts: Partial<RunCounts> = {
        read: page.records.length,
        created: count('created'),
        updated: count('updated'),
        deleted: count('deleted'),
        unchanged: records.size - changes.length,
        rejected: rejected.length,
      };
      await this.queue.addCounts(tx, run.claim.runId, counts);
    });
    run.hasProgress = true;
  }

  /**
   * Marks what the pass has not seen as deleted, step by step from the beginning; a step that was done before finds nothing more.
   *
   * @throws RunStopped when the run is to stop
   */
  async sweep(run: ActiveRun, integration: IntegrationEntity, passNumber: number): Promise<void> {
    let key: string | null = '';
    while (key !== null) {
      key = await this.sweepStep(run, integration, passNumber, key);
      run.hasProgress = true;
      run.assertGoesOn();
    }
  }

  private sweepStep(
    run: ActiveRun,
    integration: IntegrationEntity,
    passNumber: number,
    afterKey: string,
  ): Promise<string | null> {
    return this.database.transaction(async (tx) => {
      const now = await this.queue.hold(tx, run.claim);
      const place = { integrationId: integration.id, passNumber, now };
      const { deleted, nextKey } = await this.records.sweep(tx, place, afterKey, sweepLimit);
      if (deleted.length > 0) {
        await this.changes.tell(tx, integration, deleted, new Map());
        await this.queue.addCounts(tx, run.claim.runId, { deleted: deleted.length });
      }
      return nextKey;
    });
  }
}
