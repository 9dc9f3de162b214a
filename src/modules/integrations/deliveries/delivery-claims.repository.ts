import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../../platform/database/database.js';
import type { Bucket } from './rate-limit.policy.js';

/** What limits the deliveries of one webhook over all processes; its row must be locked. */
@Injectable()
export class DeliveryClaimsRepository {
  /** The clock of the database, which all processes share. */
  async now(tx: Transaction): Promise<Date> {
    const [row] = await tx.query<[{ now: Date }]>(`SELECT clock_timestamp() AS now`);
    return row.now;
  }

  async saveBucket(tx: Transaction, webhookId: string, { tokens, refilledAt }: Bucket): Promise<void> {
    await tx.query(`UPDATE webhooks SET rate_tokens = $2, rate_refilled_at = $3 WHERE id = $1`, [
      webhookId,
      tokens,
      refilledAt,
    ]);
  }

  /** Deliveries under way, counted by their leases. */
  async countUnderWay(tx: Transaction, webhookId: string): Promise<number> {
    const [row] = await tx.query<[{ count: number }]>(
      `SELECT coalesce(sum(cardinality(delivery_ids)), 0)::int AS count FROM delivery_leases
        WHERE webhook_id = $1`,
      [webhookId],
    );
    return row.count;
  }
}
