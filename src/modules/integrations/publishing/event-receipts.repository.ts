import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { EventReceiptEntity } from './event-receipt.entity.js';

export type NewReceipt = Pick<EventReceiptEntity, 'clientEventId' | 'isScheduled' | 'fingerprint'>;

@Injectable()
export class EventReceiptsRepository {
  constructor(private readonly database: Database) {}

  /**
   * Takes the ids that are new, each with an id for its event, in the order given. Another request that brings one of them at the same
   * time waits for this transaction.
   *
   * @returns the ids of the new events by the sender's ids
   */
  async take(tx: Transaction, receipts: NewReceipt[]): Promise<Map<string, string>> {
    const rows = await tx.query<{ clientEventId: string; eventId: string }[]>(
      `WITH receipt AS MATERIALIZED (
         SELECT receipt ->> 'clientEventId' AS client_event_id, (receipt ->> 'isScheduled')::boolean AS is_scheduled,
           receipt ->> 'fingerprint' AS fingerprint, uuidv7() AS event_id
           FROM jsonb_array_elements($1::jsonb) AS receipt
       )
       INSERT INTO event_receipts (client_event_id, event_id, is_scheduled, fingerprint)
       SELECT client_event_id, event_id, is_scheduled, fingerprint FROM receipt ORDER BY client_event_id
       ON CONFLICT (client_event_id) DO NOTHING
       RETURNING client_event_id AS "clientEventId", event_id AS "eventId"`,
      [JSON.stringify(receipts)],
    );
    return new Map(rows.map(({ clientEventId, eventId }) => [clientEventId, eventId]));
  }

  findByIds(tx: Transaction, clientEventIds: string[]): Promise<EventReceiptEntity[]> {
    return tx.findBy(EventReceiptEntity, { clientEventId: In(clientEventIds) });
  }

  async deleteOlderThan(seconds: number): Promise<void> {
    await this.database
      .manager()
      .query(`DELETE FROM event_receipts WHERE accepted_at < now() - make_interval(secs => $1)`, [seconds]);
  }
}
