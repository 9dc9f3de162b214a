import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../database/database.js';
import { EventEntity } from './event.entity.js';
import type { NewEvent, PublishedEvent } from './event.js';

@Injectable()
export class EventsRepository {
  constructor(private readonly database: Database) {}

  /** @param event with `dispatchedAt` it is for no subscriber */
  async insert(tx: Transaction, event: Omit<PublishedEvent, 'id'> & { dispatchedAt?: Date }): Promise<string> {
    const result = await tx
      .createQueryBuilder()
      .insert()
      .into(EventEntity)
      .values(event as Omit<PublishedEvent, 'id' | 'data'> & { data: object })
      .returning('id')
      .execute();
    return (result.raw as [{ id: string }])[0].id;
  }

  /**
   * One statement, which needs no transaction around it when it is all there is to do.
   *
   * @returns the ids, in the order of the events
   */
  async insertAll(tx: Transaction | undefined, events: NewEvent[]): Promise<string[]> {
    const rows = await this.database.manager(tx).query<{ id: string }[]>(
      `INSERT INTO events (id, type, subject, data, occurred_at)
       SELECT coalesce((event ->> 'id')::uuid, uuidv7()), event ->> 'type', event ->> 'subject', event -> 'data',
         coalesce((event ->> 'occurredAt')::timestamptz, now())
         FROM jsonb_array_elements($1::jsonb) AS event
       RETURNING id`,
      [JSON.stringify(events)],
    );
    return rows.map(({ id }) => id);
  }

  /**
   * Takes the oldest undispatched events, the oldest first: with the commit of the transaction they are dispatched. Other replicas skip
   * them meanwhile. That commit need not wait for the disk: a crash of Postgres that forgets it forgets all that subscribers wrote, and the
   * events are dispatched again. Without entities: they come by the thousand.
   */
  takeUndispatched(tx: Transaction, limit: number): Promise<PublishedEvent[]> {
    return tx.query<PublishedEvent[]>(
      `WITH next AS MATERIALIZED (
         SELECT id FROM events WHERE dispatched_at IS NULL ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED
       ), taken AS (
         UPDATE events SET dispatched_at = now() FROM next WHERE events.id = next.id
         RETURNING events.id, type, subject, data, occurred_at AS "occurredAt"
       )
       SELECT taken.* FROM taken CROSS JOIN set_config('synchronous_commit', 'off', true) ORDER BY id`,
      [limit],
    );
  }

  /** The event that subscribers have been waiting for longest; null when they have them all. */
  async oldestUndispatchedId(): Promise<string | null> {
    const oldest = await this.database
      .manager()
      .createQueryBuilder(EventEntity, 'event')
      .select('event.id')
      .where('event.dispatchedAt IS NULL')
      .orderBy('event.id')
      .limit(1)
      .getOne();
    return oldest?.id ?? null;
  }

  /** Without entities, of which the sending of webhooks would make one for each delivery. */
  findByIds(ids: string[]): Promise<PublishedEvent[]> {
    return this.database
      .manager()
      .query<PublishedEvent[]>(
        `SELECT id, type, subject, data, occurred_at AS "occurredAt" FROM events WHERE id = ANY ($1::uuid[])`,
        [ids],
      );
  }

  /** The newest events of a type, or of all types, the newest first. */
  listNewest(type: string | undefined, limit: number): Promise<PublishedEvent[]> {
    const query = this.database.manager().createQueryBuilder(EventEntity, 'event').limit(limit);
    if (type === undefined) return query.orderBy('event.id', 'DESC').getMany();
    return query.where('event.type = :type', { type }).orderBy('event.occurredAt', 'DESC').getMany();
  }

  /** Ids of dispatched events, the oldest first. */
  async listDispatched(
    tx: Transaction,
    { after, before, limit }: { after: string; before: string; limit: number },
  ): Promise<string[]> {
    const rows = await tx.query<{ id: string }[]>(
      `SELECT id FROM events WHERE id > $1 AND id < $2 AND dispatched_at IS NOT NULL ORDER BY id LIMIT $3`,
      [after, before, limit],
    );
    return rows.map(({ id }) => id);
  }

  async deleteAll(tx: Transaction, ids: string[]): Promise<void> {
    await tx.query(`DELETE FROM events WHERE id = ANY ($1::uuid[])`, [ids]);
  }

  async eraseContent(
    tx: Transaction,
    { after, limit }: { after: string; limit: number },
    pattern: string,
    subject: string | null,
  ): Promise<{ lastId: string | null; erasedIds: string[] }> {
    const [row] = await tx.query<[{ lastId: string | null; erasedIds: string[] }]>(
      `WITH batch AS (SELECT id FROM events WHERE id > $1 ORDER BY id LIMIT $2),
         erased AS (
           UPDATE events SET data = '{}', subject = NULL, dispatched_at = coalesce(dispatched_at, now()) FROM batch
            WHERE events.id = batch.id AND (events.subject = $4 OR events.data::text ~* $3) RETURNING events.id
         )
       SELECT (SELECT id FROM batch ORDER BY id DESC LIMIT 1) AS "lastId",
         ARRAY(SELECT id FROM erased) AS "erasedIds"`,
      [after, limit, pattern, subject],
    );
    return row;
  }

  countUndispatched(): Promise<number> {
    return this.database
      .manager()
      .createQueryBuilder(EventEntity, 'event')
      .where('event.dispatchedAt IS NULL')
      .getCount();
  }
}
