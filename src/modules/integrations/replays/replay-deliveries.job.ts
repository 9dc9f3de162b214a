import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Database } from '../../../platform/database/database.js';
import { JobQueue } from '../../../platform/jobs/job-queue.js';
import { defineJob, HandlesJob } from '../../../platform/jobs/job.js';
import { wakeEndpoints } from '../deliveries/wake-endpoints.job.js';
import { ReplaysRepository } from './replays.repository.js';

/** Says that a replay has work left. */
export const replayDeliveries = defineJob<{ replayId: string }>('deliveries.replay');

/** Small enough that one transaction holds no delivery up for long. */
const batchSize = 200;

/** Between batches, longer than a claim waits that found the webhook busy, so that what else is due to it gets its turn. */
const pauseMs = 100;

const sweepIntervalMs = 5000;

/**
 * Sends ranges of deliveries again, batch by batch. What a batch changed and how far the replay is commit together, so a process that
 * dies leaves nothing half done, and nothing is done twice.
 */
@Injectable()
export class ReplayDeliveriesJob {
  constructor(
    private readonly database: Database,
    private readonly replays: ReplaysRepository,
    private readonly jobs: JobQueue,
  ) {}

  @HandlesJob(replayDeliveries)
  async replay({ replayId }: { replayId: string }): Promise<void> {
    while (await this.replayBatch(replayId)) await sleep(pauseMs);
  }

  /** Goes on with what a process that died left behind. */
  @Interval(sweepIntervalMs)
  async sweep(): Promise<void> {
    for (const replayId of await this.replays.listRunning()) await this.replay({ replayId });
  }

  /** @returns whether there may be more */
  private replayBatch(id: string): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const replay = await this.replays.take(tx, id);
      if (replay === null) return false;
      const { examined, replayed, lastId } = await this.replays.restartNext(tx, replay, batchSize);
      const isFinished = examined < batchSize;
      await this.replays.update(tx, id, {
        cursor: lastId ?? replay.cursor,
        examined: replay.examined + examined,
        replayed: replay.replayed + replayed,
        ...(isFinished && { finishedAt: new Date() }),
      });
      if (replayed > 0) await this.jobs.add(tx, wakeEndpoints, { webhookIds: [replay.webhookId] });
      return !isFinished;
    });
  }
}
