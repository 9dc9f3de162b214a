import { Injectable } from '@nestjs/common';
import { LessThan } from 'typeorm';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { pageOf, type Page } from '../page-query.dto.js';
import { PushItemEntity, type PushItemState } from './push-item.entity.js';

/** An event as it goes out. */
export interface OutgoingEvent {
  id: string;
  type: string;
  subject: string | null;
  payload: object;
}

const retentionBatch = 5000;

/** SQL: of the index that keeps the newest version of a record in the place of older ones. */
const isOpen = `state IN ('waiting', 'refused', 'failed')`;

/** Fills the list of what is to be pushed, and lets it be seen. */
@Injectable()
export class PushItemsRepository {
  constructor(private readonly database: Database) {}

  /** Whether any active integration pushes events: few batches of events are for one. */
  async hasEventPushers(tx: Transaction): Promise<boolean> {
    const [row] = await tx.query<[{ found: boolean }]>(
      `SELECT EXISTS (SELECT FROM integrations WHERE status = 'active' AND config #> '{source,events}' IS NOT NULL) AS found`,
    );
    return row.found;
  }

  /**
   * Adds each event for each active integration that pushes its type; what is about its own synchronisation, all of whose types begin
   * with `ownPrefix`, is left out. An integration that is being deleted at the same time gets none.
   */
  async addEvents(tx: Transaction, events: OutgoingEvent[], ownPrefix: string): Promise<void> {
    await tx.query(
      `WITH pusher AS MATERIALIZED (
         SELECT id, config #> '{source,events}' AS types FROM integrations
          WHERE status = 'active' AND config #> '{source,events}' IS NOT NULL ORDER BY id FOR KEY SHARE
       )
       INSERT INTO push_items (integration_id, key, data)
       SELECT pusher.id, event.id, event.payload
         FROM jsonb_to_recordset($1::jsonb) AS event (id text, type text, subject text, payload jsonb)
         JOIN pusher ON pusher.types ?| ARRAY[event.type, '*']
        WHERE NOT (starts_with(event.type, $2) AND event.subject IS NOT DISTINCT FROM 'integration:' || pusher.id)
        ORDER BY event.id
       ON CONFLICT (integration_id, key) WHERE ${isOpen} DO NOTHING`,
      [JSON.stringify(events), ownPrefix],
    );
  }

  /**
   * Adds records of an integration as they are now for each active integration that pushes them on. One that waits or failed in an older
   * version gives its place to the new one.
   *
   * @param keys null for all that are not deleted
   */
  async addRecords(tx: Transaction, integrationId: string, keys: string[] | null, onlyTo?: string): Promise<void> {
    const pushers = await tx.query<{ id: string }[]>(
      `SELECT id FROM integrations
        WHERE status = 'active' AND config #>> '{source,recordsOf}' = $1 AND ($2::uuid IS NULL OR id = $2)
        ORDER BY id FOR KEY SHARE`,
      [integrationId, onlyTo ?? null],
    );
    if (pushers.length === 0) return;
    await tx.query(
      `INSERT INTO push_items (integration_id, key, data, is_deleted)
       SELECT pusher, record.key, record.data, record.deleted_at IS NOT NULL
         FROM unnest($1::uuid[]) AS pusher
         JOIN integration_records record ON record.integration_id = $2
          AND (record.key = ANY ($3::text[]) OR $3 IS NULL AND record.deleted_at IS NULL)
        ORDER BY pusher, record.changed_at, record.key
       ON CONFLICT (integration_id, key) WHERE ${isOpen} DO UPDATE SET data = excluded.data, is_deleted = excluded.is_deleted,
         state = 'waiting', batch_id = NULL, attempts = 0, due_at = now(), last_error = NULL, finished_at = NULL`,
      [pushers.map(({ id }) => id), integrationId, keys],
    );
  }

  /** Newest first. */
  async list(
    integrationId: string,
    state: PushItemState | undefined,
    limit: number,
    cursor?: string,
  ): Promise<Page<PushItemEntity>> {
    const found = await this.database.manager().find(PushItemEntity, {
      where: {
        integrationId,
        ...(state !== undefined && { state }),
        ...(cursor !== undefined && { id: LessThan(cursor) }),
      },
      order: { id: 'DESC' },
      take: limit + 1,
    });
    return pageOf(found, limit);
  }

  lock(tx: Transaction, integrationId: string, id: string): Promise<PushItemEntity | null> {
    return tx.findOne(PushItemEntity, { where: { id, integrationId }, lock: { mode: 'for_no_key_update' } });
  }

  /**
   * Lets items that were refused or failed go out with the next run.
   *
   * @param id undefined for all that failed
   * @returns how many
   */
  async retry(tx: Transaction, integrationId: string, id?: string): Promise<number> {
    const [, count] = await tx.query<[unknown, number]>(
      `UPDATE push_items SET state = 'waiting', attempts = 0, due_at = now(), finished_at = NULL
        WHERE integration_id = $1 AND CASE WHEN $2::uuid IS NULL THEN state = 'failed'
          ELSE id = $2 AND state IN ('refused', 'failed') END`,
      [integrationId, id ?? null],
    );
    return count;
  }

  async deleteOf(tx: Transaction, integrationId: string): Promise<void> {
    await tx.query(`DELETE FROM push_items WHERE integration_id = $1`, [integrationId]);
  }

  /** What was sent that long ago, and what has been due that long and is not on its way, whatever became of it. */
  async deleteOld(sentSeconds: number, anySeconds: number): Promise<void> {
    for (;;) {
      const [, count] = await this.database.manager().query<[unknown, number]>(
        `DELETE FROM push_items WHERE id IN (
           SELECT id FROM push_items
            WHERE due_at < now() - make_interval(secs => $1) AND state <> 'sending'
              AND (due_at < now() - make_interval(secs => $2) OR finished_at < now() - make_interval(secs => $1) AND state = 'sent')
            LIMIT $3)`,
        [sentSeconds, anySeconds, retentionBatch],
      );
      if (count < retentionBatch) return;
    }
  }
}
