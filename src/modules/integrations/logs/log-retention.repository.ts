import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import type { AttemptPartition } from './attempt-partitions.policy.js';

/** What is deleted row by row, and when a row is done with. */
const expiring = {
  deliveries: `state IN ('delivered', 'exhausted', 'cancelled')`,
  incoming_requests: `processed_at IS NOT NULL OR failed_at IS NOT NULL`,
  integration_calls: `true`,
};

export type ExpiringTable = keyof typeof expiring;
export const expiringTables = Object.keys(expiring) as ExpiringTable[];

/** How far a batch came. */
export interface ExpiredBatch {
  /** Of the last row that was looked at; null when there was none. */
  lastId: string | null;
  deleted: number;
}

@Injectable()
export class LogRetentionRepository {
  constructor(private readonly database: Database) {}

  /** @returns whether this transaction is the only one, among all replicas, that tidies up */
  async isAlone(tx: Transaction): Promise<boolean> {
    const [row] = await tx.query<[{ isAlone: boolean }]>(
      `SELECT pg_try_advisory_xact_lock(hashtext('integrations.log-retention')) AS "isAlone"`,
    );
    return row.isAlone;
  }

  /** Makes the partitions that there are not yet. Those who write wait for it, and it gives up rather than hold them up. */
  async createPartitions(tx: Transaction, partitions: AttemptPartition[]): Promise<void> {
    await tx.query(`SET LOCAL lock_timeout = '3s'`);
    const known = new Set(await this.listPartitions(tx));
    for (const { name, from, to } of partitions.filter((each) => !known.has(each.name))) {
      await tx.query(`CREATE TABLE ${name} PARTITION OF delivery_attempts FOR VALUES FROM ('${from}') TO ('${to}')`);
    }
  }

  async listPartitions(tx?: Transaction): Promise<string[]> {
    const rows = await this.database
      .manager(tx)
      .query<{ name: string }[]>(
        `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'delivery_attempts'::regclass ORDER BY 1`,
      );
    return rows.map(({ name }) => name);
  }

  async dropPartition(tx: Transaction, name: string): Promise<void> {
    await tx.query(`SET LOCAL lock_timeout = '3s'`);
    await tx.query(`DROP TABLE IF EXISTS ${name}`);
  }

  /** Of attempts that are in no day of their own (they were there before, or came when it was not made), those of deliveries before this id. */
  async deleteStrayAttempts(before: string, limit: number): Promise<number> {
    const [, deleted] = await this.database.manager().query<[unknown, number]>(
      `DELETE FROM delivery_attempts WHERE (delivery_id, number) IN (
         SELECT delivery_id, number FROM delivery_attempts WHERE delivery_id < $1 ORDER BY delivery_id LIMIT $2)`,
      [before, limit],
    );
    return deleted;
  }

  /** Looks at the next rows with ids between `after` and `before`, and deletes those that are done with. */
  async deleteBatch(
    tx: Transaction,
    table: ExpiringTable,
    { after, before, limit }: { after: string; before: string; limit: number },
  ): Promise<ExpiredBatch> {
    const [row] = await tx.query<[ExpiredBatch]>(
      `WITH batch AS (SELECT id FROM ${table} WHERE id > $1 AND id < $2 ORDER BY id LIMIT $3),
         deleted AS (DELETE FROM ${table} USING batch WHERE ${table}.id = batch.id AND (${expiring[table]}) RETURNING 1)
       SELECT (SELECT id FROM batch ORDER BY id DESC LIMIT 1) AS "lastId", (SELECT count(*)::int FROM deleted) AS deleted`,
      [after, before, limit],
    );
    return row;
  }

  /** Of the events, those that some delivery still has to send. */
  async needed(tx: Transaction, eventIds: string[]): Promise<string[]> {
    const rows = await tx.query<{ id: string }[]>(
      `SELECT DISTINCT event_id AS id FROM deliveries WHERE event_id = ANY ($1::uuid[])`,
      [eventIds],
    );
    return rows.map(({ id }) => id);
  }
}
