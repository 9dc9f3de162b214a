import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { IncomingRequestEntity, type MappedEvent } from './incoming-request.entity.js';

export type NewIncomingRequest = Pick<
  IncomingRequestEntity,
  'sourceId' | 'integrationId' | 'senderDeliveryId' | 'headers' | 'body'
>;

/** Requests on their way from being received to being processed. */
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
      .findOneOrFail({ select: { id: true }, where: { sourceId, senderDeliveryId: senderDeliveryId ?? '' } });
    return id;
  }

  /** Takes a request that is due for this transaction; null when another process has it, it is done, or it is to wait. */
  takeDue(tx: Transaction, id: string): Promise<IncomingRequestEntity | null> {
    return tx
      .createQueryBuilder(IncomingRequestEntity, 'request')
      .where(
        'request.id = :id AND request.processedAt IS NULL AND request.failedAt IS NULL AND request.dueAt <= now()',
        { id },
      )
      .setLock('pessimistic_write')
      .setOnLocked('skip_locked')
      .getOne();
  }

  async markProcessed(tx: Transaction, id: string, eventId: string, mappedEvents: MappedEvent[]): Promise<void> {
    await tx.query(
      `UPDATE incoming_requests
          SET processed_at = now(), event_id = $2, mapped_events = $3, attempt_count = attempt_count + 1, last_error = NULL
        WHERE id = $1`,
      [id, eventId, JSON.stringify(mappedEvents)],
    );
  }

  /** @param dueAt of the next attempt; null when this was the last */
  async recordFailure(
    tx: Transaction,
    id: string,
    { eventId, error, dueAt }: { eventId: string | null; error: string; dueAt: Date | null },
  ): Promise<void> {
    await tx.query(
      `UPDATE incoming_requests
          SET attempt_count = attempt_count + 1, event_id = $2, last_error = $3, due_at = coalesce($4::timestamptz, due_at),
            failed_at = CASE WHEN $4::timestamptz IS NULL THEN now() END
        WHERE id = $1`,
      [id, eventId, error, dueAt],
    );
  }

  /** Requests that have been due for so long, in the order of their ids. */
  async listDue(dueForSeconds: number, afterId: string | null, limit: number): Promise<string[]> {
    const rows = await this.database.manager().query<{ id: string }[]>(
      `SELECT id FROM incoming_requests
        WHERE processed_at IS NULL AND failed_at IS NULL AND due_at <= now() - make_interval(secs => $1)
          AND ($2::uuid IS NULL OR id > $2)
        ORDER BY id LIMIT $3`,
      [dueForSeconds, afterId, limit],
    );
    return rows.map(({ id }) => id);
  }
}
