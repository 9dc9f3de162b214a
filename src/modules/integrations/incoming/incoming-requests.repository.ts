import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { IncomingRequestEntity } from './incoming-request.entity.js';

export type NewIncomingRequest = Pick<
  IncomingRequestEntity,
  'sourceId' | 'integrationId' | 'senderDeliveryId' | 'headers' | 'body'
>;

@Injectable()
export class IncomingRequestsRepository {
  constructor(private readonly database: Database) {}

  /** @returns its id, or null when the source has sent the same one before */
  async insertUnlessKnown(tx: Transaction, request: NewIncomingRequest): Promise<string | null> {
    const { sourceId, integrationId, senderDeliveryId, headers, body } = request;
    const [row] = await tx.query<{ id: string }[]>(
      `INSERT INTO incoming_requests (source_id, integration_id, sender_delivery_id, headers, body) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (source_id, sender_delivery_id) WHERE sender_delivery_id IS NOT NULL DO NOTHING RETURNING id`,
      [sourceId, integrationId, senderDeliveryId, JSON.stringify(headers), body],
    );
    return row?.id ?? null;
  }

  /** The id of the request that has this sender's id. */
  async getKnownId(sourceId: string, senderDeliveryId: string | null, tx: Transaction): Promise<string> {
    const { id } = await tx
      .getRepository(IncomingRequestEntity)
      .findOneByOrFail({ sourceId, senderDeliveryId: senderDeliveryId ?? '' });
    return id;
  }

  /** Takes a request that has no event yet for this transaction; null when another process has it or it is done. */
  takeUnprocessed(tx: Transaction, id: string): Promise<IncomingRequestEntity | null> {
    return tx
      .createQueryBuilder(IncomingRequestEntity, 'request')
      .where('request.id = :id AND request.processedAt IS NULL', { id })
      .setLock('pessimistic_write')
      .setOnLocked('skip_locked')
      .getOne();
  }

  async markProcessed(tx: Transaction, id: string, eventId: string): Promise<void> {
    await tx.getRepository(IncomingRequestEntity).update(id, { eventId, processedAt: () => 'now()' });
  }

  /** Requests that have waited for longer than a job takes, the oldest first. */
  async listOverdue(seconds: number, limit: number): Promise<string[]> {
    const rows = await this.database.manager().query<{ id: string }[]>(
      `SELECT id FROM incoming_requests WHERE processed_at IS NULL AND received_at < now() - make_interval(secs => $1)
        ORDER BY id LIMIT $2`,
      [seconds, limit],
    );
    return rows.map(({ id }) => id);
  }
}
