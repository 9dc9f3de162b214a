import { Injectable, Logger } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { EventPublisher } from '../../../platform/events/event-publisher.js';
import { JobQueue } from '../../../platform/jobs/job-queue.js';
import { describeBody } from './incoming-body.policy.js';
import { contentOf, messageBytes } from './incoming-content.policy.js';
import { processIncoming } from './incoming-jobs.js';
import type { IncomingRequestEntity, MappedEvent } from './incoming-request.entity.js';
import { IncomingRequestsRepository } from './incoming-requests.repository.js';
import type { IncomingSourceEntity } from './incoming-source.entity.js';
import { IncomingSourcesRepository } from './incoming-sources.repository.js';
import { webhookReceived } from './incoming.events.js';
import { MappedEvents, MappingProblem } from './mapped-events.js';
import { nextProcessingAt } from './processing-schedule.policy.js';

const internalProblem = 'It could not be processed because of an error of this application; see its log';

/** Publishes `webhook.received` for a webhook and what its source's mapping makes of it, and notes how it went. */
@Injectable()
export class RequestProcessor {
  private readonly logger = new Logger(RequestProcessor.name);

  constructor(
    private readonly database: Database,
    private readonly requests: IncomingRequestsRepository,
    private readonly sources: IncomingSourcesRepository,
    private readonly publisher: EventPublisher,
    private readonly mappedEvents: MappedEvents,
    private readonly jobs: JobQueue,
  ) {}

  /** Safe to run twice, also at the same time. @throws only when the failure cannot be noted either */
  async process(requestId: string): Promise<void> {
    try {
      await this.database.transaction((tx) => this.attempt(tx, requestId));
    } catch (error) {
      this.logger.error(error);
      await this.database.transaction(async (tx) => {
        const request = await this.requests.takeDue(tx, requestId);
        if (request !== null) await this.fail(tx, request, request.eventId, internalProblem);
      });
    }
  }

  private async attempt(tx: Transaction, requestId: string): Promise<void> {
    const request = await this.requests.takeDue(tx, requestId);
    if (request === null) return;
    const source = await this.sources.findById(request.sourceId, tx);
    // A retry does not publish it again, a replay does.
    const eventId = request.eventId ?? (await this.publishReceived(tx, request, source?.scheme ?? ''));
    const mapped = await this.map(tx, source, request);
    if (mapped instanceof MappingProblem) return this.fail(tx, request, eventId, mapped.message);
    const published: MappedEvent[] = [];
    for (const { type, data } of mapped) {
      const mappedId = await this.publisher.publish(tx, type, data, { subject: subjectOf(request) });
      published.push({ event: type.name, eventId: mappedId });
    }
    await this.requests.markProcessed(tx, requestId, eventId, published);
  }

  private async map(tx: Transaction, source: IncomingSourceEntity | null, { headers, body }: IncomingRequestEntity) {
    if (source === null || source.mapping.length === 0) return [];
    const content = contentOf(source.scheme, headers['content-type'], body);
    return this.mappedEvents.of(source.mapping, { headers, body: content }, tx);
  }

  private publishReceived(tx: Transaction, request: IncomingRequestEntity, scheme: string): Promise<string> {
    const { id, integrationId, senderDeliveryId, headers, body } = request;
    const data = {
      integrationId,
      requestId: id,
      senderDeliveryId,
      contentType: headers['content-type'] ?? null,
      bytes: body.length,
      ...describeBody(messageBytes(scheme, body)),
    };
    return this.publisher.publish(tx, webhookReceived, data, { subject: subjectOf(request) });
  }

  private async fail(
    tx: Transaction,
    request: IncomingRequestEntity,
    eventId: string | null,
    error: string,
  ): Promise<void> {
    const dueAt = nextProcessingAt(request.attemptCount + 1, new Date());
    await this.requests.recordFailure(tx, request.id, { eventId, error, dueAt });
    if (dueAt !== null) await this.jobs.add(tx, processIncoming, { requestId: request.id }, { runAt: dueAt });
  }
}

const subjectOf = ({ integrationId }: IncomingRequestEntity) => `integration:${integrationId}`;
