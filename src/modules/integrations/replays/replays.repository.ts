import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { lockClaims } from '../deliveries/delivery-leases.sql.js';
import { isFree } from '../deliveries/shown-delivery.sql.js';
import { ReplayEntity } from './replay.entity.js';
import { replayNotFound } from './replay.errors.js';

/** What one batch did. */
export interface BatchResult {
  examined: number;
  replayed: number;
  /** The last delivery that it looked at. */
  lastId: string | null;
}

const shownReplays = 50;

@Injectable()
export class ReplaysRepository {
  constructor(private readonly database: Database) {}

  async insert(tx: Transaction, replay: Partial<ReplayEntity>): Promise<string> {
    const { identifiers } = await tx.getRepository(ReplayEntity).insert(replay);
    return (identifiers[0] as { id: string }).id;
  }

  /** Newest first. */
  listOf(webhookId: string): Promise<ReplayEntity[]> {
    return this.database
      .manager()
      .find(ReplayEntity, { where: { webhookId }, order: { id: 'DESC' }, take: shownReplays });
  }

  /** @throws AppError `replays.not-found` */
  async get(webhookId: string, id: string, tx?: Transaction): Promise<ReplayEntity> {
    const found = await this.database.manager(tx).findOneBy(ReplayEntity, { id, webhookId });
    if (found === null) throw replayNotFound();
    return found;
  }

  /** Those with work left. */
  async listRunning(): Promise<string[]> {
    const rows = await this.database
      .manager()
      .query<{ id: string }[]>(`SELECT id FROM delivery_replays WHERE finished_at IS NULL ORDER BY id`);
    return rows.map(({ id }) => id);
  }

  /** Takes a replay for one batch; null when it is finished or somebody else is at it. */
  async take(tx: Transaction, id: string): Promise<ReplayEntity | null> {
    return tx
      .createQueryBuilder(ReplayEntity, 'replay')
      .where('replay.id = :id AND replay.finishedAt IS NULL', { id })
      .setLock('pessimistic_write')
      .setOnLocked('skip_locked')
      .getOne();
  }

  async update(tx: Transaction, id: string, changes: Partial<ReplayEntity>): Promise<void> {
    await tx.getRepository(ReplayEntity).update(id, changes);
  }

  /** Deliveries of a webhook between two ids, of whatever state. */
  async countBetween(tx: Transaction, webhookId: string, afterId: string, beforeId: string): Promise<number> {
    const [row] = await tx.query<[{ count: number }]>(
      `SELECT count(*)::int AS count FROM deliveries WHERE webhook_id = $1 AND id > $2 AND id < $3`,
      [webhookId, afterId, beforeId],
    );
    return row.count;
  }

  /**
   * Sends the fitting ones of the next `limit` deliveries again, each with its whole schedule before it. What is being sent at this
   * moment is left alone.
   */
  async restartNext(tx: Transaction, replay: ReplayEntity, limit: number): Promise<BatchResult> {
    const stored = new Set(replay.states.flatMap((state) => (state === 'held' ? ['pending', 'failed'] : [state])));
    await lockClaims(tx, replay.webhookId);
    const [row] = await tx.query<[BatchResult]>(
      `WITH page AS MATERIALIZED (
         SELECT id FROM deliveries WHERE webhook_id = $1 AND id > $2 AND id < $3 ORDER BY id LIMIT $4
       ), fitting AS MATERIALIZED (
         SELECT delivery.id FROM deliveries delivery JOIN page ON page.id = delivery.id
          WHERE delivery.state = ANY ($5) AND ($6::text[] IS NULL OR delivery.event_type = ANY ($6))
            AND ${isFree}
            FOR UPDATE OF delivery SKIP LOCKED
       ), restarted AS (
         UPDATE deliveries SET state = 'pending', due_at = now(), schedule_step = 0, finished_at = NULL
           FROM fitting WHERE deliveries.id = fitting.id RETURNING 1
       )
       SELECT (SELECT count(*)::int FROM page) AS examined, (SELECT count(*)::int FROM restarted) AS replayed,
         (SELECT id FROM page ORDER BY id DESC LIMIT 1) AS "lastId"`,
      [replay.webhookId, replay.cursor, replay.lastId, limit, [...stored], replay.eventTypes],
    );
    return row;
  }
}
