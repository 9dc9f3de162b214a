import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { AppConfig } from '../../../platform/config/app-config.js';
import { Database } from '../../../platform/database/database.js';
import { EventRetention } from '../../../platform/events/event-retention.js';
import { firstIdAt } from '../uuid-v7.policy.js';
import { partitionsBefore, partitionsFrom } from './attempt-partitions.policy.js';
import { expiringTables, LogRetentionRepository, type ExpiredBatch } from './log-retention.repository.js';

const intervalMs = 60 * 60_000;
/** Partitions are made so many days ahead, for processes that do not run for a while. */
const daysAhead = 7;
/** Rows that one transaction looks at. */
const batchSize = 2000;
const smallestId = '00000000-0000-0000-0000-000000000000';

/**
 * Deletes what is older than `LOG_RETENTION` and done with: attempts by whole days, deliveries, received webhooks, calls and events in
 * small batches. What is still to be delivered or processed stays, however old, and so does its event. One replica does it at a time.
 */
@Injectable()
export class LogRetention implements OnApplicationBootstrap {
  private readonly logger = new Logger(LogRetention.name);

  constructor(
    private readonly config: AppConfig,
    private readonly database: Database,
    private readonly logs: LogRetentionRepository,
    private readonly events: EventRetention,
  ) {}

  /** Before anything is delivered, so that no attempt of a day falls into the partition for days that have none. */
  async onApplicationBootstrap(): Promise<void> {
    await this.createPartitions();
  }

  @Interval(intervalMs)
  async tick(): Promise<void> {
    try {
      await this.run(new Date());
    } catch (error) {
      this.logger.error(error);
    }
  }

  async run(now: Date): Promise<void> {
    const cutoff = new Date(now.getTime() - this.config.logRetentionSeconds * 1000);
    const before = firstIdAt(cutoff);
    await this.createPartitions();
    await this.dropPartitions(cutoff);
    while ((await this.logs.deleteStrayAttempts(before, batchSize)) > 0);
    for (const table of expiringTables) {
      await this.inBatches((after) =>
        this.alone((tx) => this.logs.deleteBatch(tx, table, { after, before, limit: batchSize })),
      );
    }
    await this.inBatches((after) =>
      this.alone((tx) =>
        this.events.deleteBatch(tx, { after, before, limit: batchSize }, (ids) => this.logs.needed(tx, ids)),
      ),
    );
  }

  private async createPartitions(): Promise<void> {
    const partitions = partitionsFrom(new Date(), daysAhead);
    try {
      await this.alone((tx) => this.logs.createPartitions(tx, partitions));
    } catch (error) {
      // Attempts then go into the default partition, which is tidied up row by row.
      this.logger.warn(`Days of delivery attempts could not be made, which is tried again: ${String(error)}`);
    }
  }

  private async dropPartitions(cutoff: Date): Promise<void> {
    for (const name of partitionsBefore(await this.logs.listPartitions(), cutoff)) {
      await this.alone((tx) => this.logs.dropPartition(tx, name));
      this.logger.log(`Dropped ${name}: it is older than LOG_RETENTION`);
    }
  }

  private async inBatches(deleteAfter: (id: string) => Promise<ExpiredBatch | undefined>): Promise<void> {
    for (let after: string | null = smallestId; after !== null;) after = (await deleteAfter(after))?.lastId ?? null;
  }

  /** Undefined when another replica is at it. */
  private alone<T>(work: Parameters<typeof this.database.transaction<T>>[0]): Promise<T | undefined> {
    return this.database.transaction(async (tx) => ((await this.logs.isAlone(tx)) ? work(tx) : undefined));
  }
}
