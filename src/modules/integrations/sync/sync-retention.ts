import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { PushItemsRepository } from '../push/push-items.repository.js';
import { RecordsRepository } from '../records/records.repository.js';
import { SyncRunsRepository } from './sync-runs.repository.js';

const intervalMs = 3_600_000;
const daySeconds = 86_400;

/** How long the runs of an integration can be looked up. */
const runSeconds = 30 * daySeconds;
/** After that, what was rejected is not in the source any more, or nobody repairs it. */
const rejectedSeconds = 90 * daySeconds;
const sentSeconds = 7 * daySeconds;
/** What could not be sent for so long is given up: it must not pile up without end. */
const unsentSeconds = 30 * daySeconds;

/** Forgets what has been kept for long enough. Safe to run in several replicas at once. */
@Injectable()
export class SyncRetention {
  constructor(
    private readonly runs: SyncRunsRepository,
    private readonly records: RecordsRepository,
    private readonly pushItems: PushItemsRepository,
  ) {}

  @Interval(intervalMs)
  async deleteOld(): Promise<void> {
    await this.runs.deleteOlderThan(new Date(Date.now() - runSeconds * 1000));
    await this.records.deleteRejectedBefore(rejectedSeconds);
    await this.pushItems.deleteOld(sentSeconds, unsentSeconds);
  }
}
