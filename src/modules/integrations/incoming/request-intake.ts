import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import { JobQueue } from '../../../platform/jobs/job-queue.js';
import { keptHeaders, senderDeliveryIdOf } from './incoming-headers.policy.js';
import { processIncoming } from './incoming-jobs.js';
import { IncomingRequestsRepository } from './incoming-requests.repository.js';
import type { KnownSource } from './incoming-sources.repository.js';
import { schemeOf } from './schemes/schemes.js';
import { SourceGates } from './source-gates.js';

export interface StoredRequest {
  requestId: string;
  isDuplicate: boolean;
}

/** Stores verified webhooks, each once, together with the wake-up for its processing. */
@Injectable()
export class RequestIntake {
  constructor(
    private readonly database: Database,
    private readonly requests: IncomingRequestsRepository,
    private readonly jobs: JobQueue,
    private readonly gates: SourceGates,
  ) {}

  /**
   * @param content reads the body
   * @returns once it is committed; the id of the first one for a repeated one
   * @throws AppError `incoming.too-many`
   */
  store(
    source: KnownSource,
    headers: IncomingHttpHeaders,
    body: Buffer,
    content: () => unknown,
  ): Promise<StoredRequest> {
    const { id: sourceId, integrationId, settings, deliveryId } = source;
    const scheme = schemeOf(source.scheme);
    const places = deliveryId === null ? scheme.deliveryIds : [deliveryId];
    const senderDeliveryId =
      senderDeliveryIdOf(headers, places, content) ?? scheme.fallbackDeliveryId?.(headers, body) ?? null;
    const kept = keptHeaders(headers, scheme.secretHeaders?.(settings as never));
    const request = { sourceId, integrationId, senderDeliveryId, headers: kept, body };
    return this.gates.pass(sourceId, () =>
      this.database.transaction(async (tx) => {
        const requestId = await this.requests.insertUnlessKnown(tx, request);
        if (requestId === null) {
          return { requestId: await this.requests.getKnownId(sourceId, senderDeliveryId, tx), isDuplicate: true };
        }
        await this.jobs.add(tx, processIncoming, { requestId });
        return { requestId, isDuplicate: false };
      }),
    );
  }
}
