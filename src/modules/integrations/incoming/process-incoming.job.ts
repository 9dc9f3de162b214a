import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { HandlesJob } from '../../../platform/jobs/job.js';
import { processDueIncoming, processIncoming } from './incoming-jobs.js';
import { IncomingRequestsRepository } from './incoming-requests.repository.js';
import { RequestProcessor } from './request-processor.js';

const sweepIntervalMs = 10_000;
/** Longer than a job takes. */
const overdueSeconds = 10;
const batchSize = 100;

/** Processes received webhooks when they are due. */
@Injectable()
export class ProcessIncomingJob {
  constructor(
    private readonly requests: IncomingRequestsRepository,
    private readonly processor: RequestProcessor,
  ) {}

  @HandlesJob(processIncoming)
  async process({ requestId }: { requestId: string }): Promise<void> {
    await this.processor.process(requestId);
  }

  @HandlesJob(processDueIncoming)
  async processDue(): Promise<void> {
    await this.drain(0);
  }

  /** Finds what a killed worker left behind. */
  @Interval(sweepIntervalMs)
  async sweep(): Promise<void> {
    await this.drain(overdueSeconds);
  }

  private async drain(dueForSeconds: number): Promise<void> {
    let lastId: string | null = null;
    for (;;) {
      const ids: string[] = await this.requests.listDue(dueForSeconds, lastId, batchSize);
      for (const id of ids) await this.processor.process(id);
      if (ids.length < batchSize) return;
      lastId = ids.at(-1) ?? null;
    }
  }
}
