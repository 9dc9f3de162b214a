import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { idsBeingSent, lockClaims } from './delivery-leases.sql.js';

/** Deliveries that an admin, or the end of their webhook, takes out of the usual course. */
@Injectable()
export class DeliveryChangesRepository {
  constructor(private readonly database: Database) {}

  /** Lets others who would claim or change the delivery wait. */
  async lock(tx: Transaction, id: string): Promise<void> {
    const [row] = await tx.query<{ webhookId: string }[]>(
      `SELECT webhook_id AS "webhookId" FROM deliveries WHERE id = $1 FOR UPDATE`,
      [id],
    );
    if (row !== undefined) await lockClaims(tx, row.webhookId);
  }

  /** Whether an attempt is under way, also where that does not show, because the delivery was cancelled. */
  async isBeingSent(tx: Transaction, id: string): Promise<boolean> {
    const [row] = await tx.query<[{ isBeingSent: boolean }]>(`SELECT $1 IN (${idsBeingSent}) AS "isBeingSent"`, [id]);
    return row.isBeingSent;
  }

  /** Starts the schedule again, at once. */
  async restart(tx: Transaction, id: string): Promise<void> {
    await tx.query(
      `UPDATE deliveries SET state = 'pending', due_at = now(), schedule_step = 0, finished_at = NULL WHERE id = $1`,
      [id],
    );
  }

  /** Makes no further attempt. One that is under way may still arrive, and is then recorded as delivered. */
  async cancel(tx: Transaction, id: string): Promise<void> {
    await tx.query(`UPDATE deliveries SET state = 'cancelled', finished_at = now() WHERE id = $1`, [id]);
  }

  /** Makes a delivery of an event that is for this webhook alone. */
  async add(
    tx: Transaction,
    event: { id: string; type: string },
    webhook: { id: string; integrationId: string },
  ): Promise<string> {
    const [row] = await tx.query<[{ id: string }]>(
      `INSERT INTO deliveries (event_id, event_type, webhook_id, integration_id) VALUES ($1, $2, $3, $4) RETURNING id`,
      [event.id, event.type, webhook.id, webhook.integrationId],
    );
    return row.id;
  }

  /** @returns how many were cancelled, at most `limit` */
  async cancelOpen(webhookIds: string[], limit: number): Promise<number> {
    const [row] = await this.database.manager().query<[{ count: number }]>(
      `WITH open AS MATERIALIZED (
         SELECT id FROM deliveries WHERE webhook_id = ANY ($1) AND state IN ('pending', 'failed')
          LIMIT $2 FOR UPDATE SKIP LOCKED
       ), cancelled AS (
         UPDATE deliveries SET state = 'cancelled', finished_at = now() FROM open WHERE deliveries.id = open.id RETURNING 1
       )
       SELECT count(*)::int AS count FROM cancelled`,
      [webhookIds, limit],
    );
    return row.count;
  }
}
