import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../../platform/database/database.js';

/** An item that is put into a batch. */
export interface BatchedItem {
  id: string;
  key: string;
  data: Record<string, unknown>;
  isDeleted: boolean;
  batchId: string;
  attempts: number;
}

export interface RefusedOutcome {
  id: string;
  state: string;
  waitMs: number;
  reason: string;
}

const columns = `id, key, data, is_deleted AS "isDeleted", batch_id AS "batchId", attempts`;

/** Items as a queue, for the run of their integration; the lock of the schedule keeps it the only one. */
@Injectable()
export class PushQueueRepository {
  /** The batch that was being sent when its run ended, as it was. */
  async findInterrupted(tx: Transaction, integrationId: string): Promise<BatchedItem[]> {
    return tx.query<BatchedItem[]>(
      `SELECT ${columns} FROM push_items WHERE integration_id = $1 AND state = 'sending' ORDER BY id`,
      [integrationId],
    );
  }

  /** Makes a batch of what is due; what a pull is replacing at this moment goes with a later one. */
  async assign(tx: Transaction, integrationId: string, batchId: string, limit: number): Promise<BatchedItem[]> {
    const [items] = await tx.query<[BatchedItem[], number]>(
      `UPDATE push_items SET state = 'sending', batch_id = $2, attempts = attempts + 1 WHERE id IN (
         SELECT id FROM push_items WHERE integration_id = $1 AND state IN ('waiting', 'refused') AND due_at <= now()
          ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED)
       RETURNING ${columns}`,
      [integrationId, batchId, limit],
    );
    return items.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  }

  /**
   * Writes down what became of a batch. A refused item of which a newer version waits is dropped.
   *
   * @throws unique violation when a newer version comes in at the same time
   */
  async settle(tx: Transaction, sentIds: string[], refused: RefusedOutcome[]): Promise<void> {
    await tx.query(
      `UPDATE push_items SET state = 'sent', finished_at = now(), last_error = NULL WHERE id = ANY ($1::uuid[])`,
      [sentIds],
    );
    if (refused.length === 0) return;
    const ids = refused.map(({ id }) => id);
    await tx.query(
      `UPDATE push_items item SET state = outcome.state, last_error = outcome.reason,
         due_at = now() + make_interval(secs => outcome."waitMs" / 1000.0),
         finished_at = CASE outcome.state WHEN 'failed' THEN now() END
         FROM jsonb_to_recordset($1::jsonb) AS outcome (id uuid, state text, "waitMs" float8, reason text)
        WHERE item.id = outcome.id AND NOT EXISTS (
          SELECT FROM push_items newer WHERE newer.integration_id = item.integration_id AND newer.key = item.key
             AND newer.state IN ('waiting', 'refused', 'failed'))`,
      [JSON.stringify(refused)],
    );
    await tx.query(`DELETE FROM push_items WHERE id = ANY ($1::uuid[]) AND state = 'sending'`, [ids]);
  }
}
