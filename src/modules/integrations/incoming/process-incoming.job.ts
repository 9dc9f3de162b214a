import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Database } from '../../../platform/database/database.js';
import { EventPublisher } from '../../../platform/events/event-publisher.js';
import { defineJob, HandlesJob } from '../../../platform/jobs/job.js';
import { describeBody } from './incoming-body.policy.js';
import { IncomingRequestsRepository } from './incoming-requests.repository.js';
import { webhookReceived } from './incoming.events.js';

/** Says that a webhook was received. */
export const processIncoming = defineJob<{ requestId: string }>('incoming.process');

const sweepIntervalMs = 10_000;
const overdueSeconds = 10;
const sweepBatchSize = 100;

/** Publishes `webhook.received` for each webhook that was received, once. */
@Injectable()
export class ProcessIncomingJob {
  private readonly logger = new Logger(ProcessIncomingJob.name);

  constructor(
    private readonly database: Database,
    private readonly requests: IncomingRequestsRepository,
    private readonly publisher: EventPublisher,
  ) {}

  @HandlesJob(processIncoming)
  async process({ requestId }: { requestId: string }): Promise<void> {
    await this.database.transaction(async (tx) => {
      const request = await this.requests.takeUnprocessed(tx, requestId);
      if (request === null) return;
      const { integrationId, senderDeliveryId, headers, body } = request;
      const data = {
        integrationId,
        requestId,
        senderDeliveryId,
        contentType: headers['content-type'] ?? null,
        bytes: body.length,
        ...describeBody(body),
      };
      const eventId = await this.publisher.publish(tx, webhookReceived, data, {
        subject: `integration:${integrationId}`,
      });
      await this.requests.markProcessed(tx, requestId, eventId);
    });
  }

  /** Finds what a killed worker left behind. */
  @Interval(sweepIntervalMs)
  async sweep(): Promise<void> {
    for (const requestId of await this.requests.listOverdue(overdueSeconds, sweepBatchSize)) {
      await this.process({ requestId }).catch((error: unknown) => this.logger.error(error));
    }
  }
}
