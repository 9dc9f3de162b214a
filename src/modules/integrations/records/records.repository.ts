import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import type { RejectedInput } from '../connectors/connector.js';
import { jsonChunks } from './json-chunks.policy.js';
import type { StorablePage } from './record-page.policy.js';

/** What became of a record in the transaction of a page; unchanged ones are not listed. */
export interface RecordChange {
  key: string;
  change: 'created' | 'updated' | 'deleted';
  /** Names of members that differ; null unless it was updated. */
  changed: string[] | null;
  /** Only of deleted ones, whose data the page does not say. */
  data: Record<string, unknown> | null;
}

/** A step of the search for records that a pass has not seen. */
export interface SweepStep {
  deleted: RecordChange[];
  /** Where the search goes on; null at the end. */
  nextKey: string | null;
}

/** Writes what pulls bring in, set by set. */
@Injectable()
export class RecordsRepository {
  constructor(private readonly database: Database) {}

  /**
   * Stores the records of a page. Those that are as they were only get the number of the pass.
   *
   * @param isDetailed whether to say which members changed
   */
  async store(
    tx: Transaction,
    { integrationId, passNumber, now }: { integrationId: string; passNumber: number; now: Date },
    records: StorablePage['records'],
    isDetailed: boolean,
  ): Promise<RecordChange[]> {
    const rows = [...records.values()].map(
      ({ record, json }) => `{"key":${JSON.stringify(record.key)},"data":${json},"gone":${record.isDeleted === true}}`,
    );
    const changes: RecordChange[] = [];
    for (const chunk of jsonChunks(rows)) {
      changes.push(...(await tx.query<RecordChange[]>(upsert, [integrationId, passNumber, now, chunk, isDetailed])));
    }
    return changes;
  }

  async reject(tx: Transaction, integrationId: string, rejected: RejectedInput[]): Promise<void> {
    if (rejected.length === 0) return;
    await tx.query(
      `INSERT INTO rejected_inputs AS known (integration_id, position, reason, excerpt)
       SELECT $1, position, reason, excerpt FROM jsonb_to_recordset($2::jsonb) AS input (position text, reason text, excerpt text)
       ON CONFLICT (integration_id, position) DO UPDATE
         SET reason = excluded.reason, excerpt = excluded.excerpt, last_seen_at = now()`,
      [integrationId, JSON.stringify(rejected)],
    );
  }

  /** Marks records that the pass has not seen as deleted, among the next `limit` after a key. */
  async sweep(
    tx: Transaction,
    { integrationId, passNumber, now }: { integrationId: string; passNumber: number; now: Date },
    afterKey: string,
    limit: number,
  ): Promise<SweepStep> {
    const [{ lastKey, count }] = await tx.query<[{ lastKey: string | null; count: number }]>(
      `SELECT max(key) AS "lastKey", count(*)::int AS count FROM (
         SELECT key FROM integration_records WHERE integration_id = $1 AND key > $2 ORDER BY key LIMIT $3) AS step`,
      [integrationId, afterKey, limit],
    );
    if (lastKey === null) return { deleted: [], nextKey: null };
    const [deleted] = await tx.query<[RecordChange[], number]>(
      `UPDATE integration_records SET deleted_at = $5, changed_at = $5
        WHERE integration_id = $1 AND key > $2 AND key <= $3 AND pass_number < $4 AND deleted_at IS NULL
       RETURNING key, 'deleted' AS change, NULL AS changed, data`,
      [integrationId, afterKey, lastKey, passNumber, now],
    );
    return { deleted, nextKey: count < limit ? null : lastKey };
  }

  async deleteOf(tx: Transaction, integrationId: string): Promise<void> {
    await tx.query(`DELETE FROM integration_records WHERE integration_id = $1`, [integrationId]);
    await tx.query(`DELETE FROM rejected_inputs WHERE integration_id = $1`, [integrationId]);
  }

  async deleteRejectedBefore(seconds: number): Promise<void> {
    await this.database
      .manager()
      .query(`DELETE FROM rejected_inputs WHERE last_seen_at < now() - make_interval(secs => $1)`, [seconds]);
  }
}

/** SQL: the names of members that one of two objects has alone, or both have with different values. */
const changedMembers = `(
  SELECT coalesce(array_agg(name ORDER BY name), '{}')
    FROM (SELECT jsonb_object_keys(old.data) UNION SELECT jsonb_object_keys(new.data)) AS members (name)
   WHERE old.data -> name IS DISTINCT FROM new.data -> name)`;

/**
 * A record that the source calls gone keeps what was known of it, and is not made if it was not known. `stored` carries what became of
 * each row; rows that did not change are written for the number of the pass alone.
 */
const upsert = `
  WITH input AS (
    SELECT key, data, gone FROM jsonb_to_recordset($4::jsonb) AS input (key text, data jsonb, gone boolean)
  ), stored AS (
    INSERT INTO integration_records AS known (integration_id, key, data, pass_number, created_at, changed_at)
    SELECT $1::uuid, key, data, $2::int, $3::timestamptz, $3::timestamptz FROM input WHERE NOT gone
    ON CONFLICT (integration_id, key) DO UPDATE SET pass_number = excluded.pass_number,
      data = CASE WHEN known.data = excluded.data THEN known.data ELSE excluded.data END,
      changed_at = CASE WHEN known.data = excluded.data AND known.deleted_at IS NULL THEN known.changed_at
        ELSE excluded.changed_at END,
      deleted_at = NULL
    RETURNING key,
      CASE WHEN old.key IS NULL OR old.deleted_at IS NOT NULL THEN 'created'
        WHEN new.changed_at IS DISTINCT FROM old.changed_at THEN 'updated' END AS change,
      CASE WHEN $5 AND old.key IS NOT NULL AND old.deleted_at IS NULL AND new.changed_at <> old.changed_at
        THEN ${changedMembers} END AS changed
  ), gone AS (
    UPDATE integration_records SET pass_number = $2::int, changed_at = $3::timestamptz, deleted_at = $3::timestamptz
      FROM input WHERE input.gone AND integration_id = $1::uuid AND integration_records.key = input.key AND deleted_at IS NULL
    RETURNING integration_records.key, integration_records.data
  )
  SELECT key, change, changed, NULL AS data FROM stored WHERE change IS NOT NULL
  UNION ALL
  SELECT key, 'deleted', NULL, data FROM gone`;
