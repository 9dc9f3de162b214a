import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import { JobQueue } from '../../../platform/jobs/job-queue.js';
import { keptHeaders, senderDeliveryIdOf } from './incoming-headers.policy.js';
import { IncomingRequestsRepository } from './incoming-requests.repository.js';
import { incomingSecretPattern, IncomingSecrets } from './incoming-secrets.js';
import { IncomingSourcesRepository, type KnownSource } from './incoming-sources.repository.js';
import { unknownSecret } from './incoming.errors.js';
import { processIncoming } from './process-incoming.job.js';

/** Takes webhooks in: what is answered with success is stored, and its event follows. */
@Injectable()
export class IncomingService {
  constructor(
    private readonly database: Database,
    private readonly sources: IncomingSourcesRepository,
    private readonly requests: IncomingRequestsRepository,
    private readonly secrets: IncomingSecrets,
    private readonly jobs: JobQueue,
  ) {}

  /**
   * Stores a webhook, unless its sender has posted the same one before.
   *
   * @throws AppError `incoming.unknown-secret`
   */
  async receive(
    secret: string,
    headers: IncomingHttpHeaders,
    body: Buffer,
  ): Promise<{ requestId: string; isDuplicate: boolean }> {
    const source = await this.getSource(secret);
    const { id: sourceId, integrationId } = source;
    const senderDeliveryId = senderDeliveryIdOf(headers);
    return this.database.transaction(async (tx) => {
      const request = { sourceId, integrationId, senderDeliveryId, headers: keptHeaders(headers), body };
      const requestId = await this.requests.insertUnlessKnown(tx, request);
      if (requestId === null) {
        return { requestId: await this.requests.getKnownId(sourceId, senderDeliveryId, tx), isDuplicate: true };
      }
      await this.jobs.add(tx, processIncoming, { requestId });
      return { requestId, isDuplicate: false };
    });
  }

  private async getSource(secret: string): Promise<KnownSource> {
    if (!incomingSecretPattern.test(secret)) throw unknownSecret();
    const hashes = this.secrets.hash(secret);
    const source = await this.sources.findActive(hashes);
    if (source === undefined) throw unknownSecret();
    // Its key is being retired; the secret is only known now, so now is the time to hash it with the new one.
    if (!source.secretHash.equals(hashes[0])) await this.sources.replaceHash(source.id, hashes[0]);
    return source;
  }
}
