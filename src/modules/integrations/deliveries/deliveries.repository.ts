import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { pageOf, type Page } from '../page-query.dto.js';
import { DeliveryAttemptEntity } from './delivery-attempt.entity.js';
import type { DeliveryState } from './delivery-state.js';

/** A delivery as it is shown, with its webhook's state taken into account. */
export interface DeliveryView {
  id: string;
  eventId: string;
  eventType: string;
  webhookId: string;
  integrationId: string;
  state: DeliveryState;
  attemptCount: number;
  /** When the next attempt is due; null when there is to be none. */
  nextAttemptAt: Date | null;
  lastStatus: number | null;
  lastError: string | null;
  createdAt: Date;
  finishedAt: Date | null;
}

export interface DeliveryFilter {
  state?: DeliveryState | undefined;
  webhookId?: string | undefined;
}

const isOpen = `delivery.state IN ('pending', 'failed')`;
const isLeased = `delivery.lease_until > now()`;
const isOrphan = `webhook.id IS NULL`;
const isEndpointOpen = `webhook.state = 'active' AND integration.status = 'active'`;
const isFree = `NOT coalesce(${isLeased}, false) AND ${isEndpointOpen}`;

/** SQL: the state that is shown. */
const shownState = `CASE
  WHEN NOT (${isOpen}) THEN delivery.state
  WHEN ${isOrphan} THEN 'cancelled'
  WHEN ${isLeased} THEN 'sending'
  WHEN NOT (${isEndpointOpen}) THEN 'held'
  ELSE delivery.state END`;

/** SQL: the same read backwards, as conditions that lead to an index. */
const hasState: Record<DeliveryState, string> = {
  pending: `delivery.state = 'pending' AND ${isFree}`,
  failed: `delivery.state = 'failed' AND ${isFree}`,
  sending: `${isOpen} AND ${isLeased} AND NOT ${isOrphan}`,
  held: `${isOpen} AND NOT coalesce(${isLeased}, false) AND NOT (${isEndpointOpen})`,
  delivered: `delivery.state = 'delivered'`,
  exhausted: `delivery.state = 'exhausted'`,
  // Those of a deleted webhook are marked by a job; until that has run they are only shown so.
  cancelled: `delivery.state = 'cancelled'`,
};

const view = `
  SELECT delivery.id, delivery.event_id AS "eventId", delivery.event_type AS "eventType",
    delivery.webhook_id AS "webhookId", delivery.integration_id AS "integrationId", ${shownState} AS state,
    delivery.attempt_count AS "attemptCount", CASE WHEN ${isOpen} THEN delivery.due_at END AS "nextAttemptAt",
    delivery.last_status AS "lastStatus", delivery.last_error AS "lastError",
    delivery.created_at AS "createdAt", delivery.finished_at AS "finishedAt"
  FROM deliveries delivery
  LEFT JOIN webhooks webhook ON webhook.id = delivery.webhook_id
  LEFT JOIN integrations integration ON integration.id = webhook.integration_id`;

/** Deliveries as admins see and resend them. */
@Injectable()
export class DeliveriesRepository {
  constructor(private readonly database: Database) {}

  /** Newest first. */
  async list({ state, webhookId }: DeliveryFilter, limit: number, cursor?: string): Promise<Page<DeliveryView>> {
    const parameters: unknown[] = [];
    const parameter = (value: unknown): string => `$${parameters.push(value)}`;
    const conditions = [
      ...(state === undefined ? [] : [hasState[state]]),
      ...(webhookId === undefined ? [] : [`delivery.webhook_id = ${parameter(webhookId)}`]),
      ...(cursor === undefined ? [] : [`delivery.id < ${parameter(cursor)}`]),
    ];
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
    const found = await this.database
      .manager()
      .query<DeliveryView[]>(`${view} ${where} ORDER BY delivery.id DESC LIMIT ${parameter(limit + 1)}`, parameters);
    return pageOf(found, limit);
  }

  async find(id: string, tx?: Transaction): Promise<DeliveryView | null> {
    const [found] = await this.database.manager(tx).query<DeliveryView[]>(`${view} WHERE delivery.id = $1`, [id]);
    return found ?? null;
  }

  attemptsOf(deliveryId: string): Promise<DeliveryAttemptEntity[]> {
    return this.database.manager().find(DeliveryAttemptEntity, { where: { deliveryId }, order: { number: 'ASC' } });
  }

  /** Lets others who would claim or resend the delivery wait. */
  async lock(tx: Transaction, id: string): Promise<void> {
    await tx.query(`SELECT FROM deliveries WHERE id = $1 FOR UPDATE`, [id]);
  }

  /** Starts the schedule again, at once. */
  async restart(tx: Transaction, id: string): Promise<void> {
    await tx.query(
      `UPDATE deliveries SET state = 'pending', due_at = now(), schedule_step = 0, finished_at = NULL WHERE id = $1`,
      [id],
    );
  }

  /** @returns how many were cancelled, at most `limit` */
  async cancelOpen(webhookIds: string[], limit: number): Promise<number> {
    const [row] = await this.database.manager().query<[{ count: number }]>(
      `WITH open AS MATERIALIZED (
         SELECT id FROM deliveries delivery WHERE webhook_id = ANY ($1) AND ${isOpen} LIMIT $2 FOR UPDATE SKIP LOCKED
       ), cancelled AS (
         UPDATE deliveries SET state = 'cancelled', finished_at = now() FROM open WHERE deliveries.id = open.id RETURNING 1
       )
       SELECT count(*)::int AS count FROM cancelled`,
      [webhookIds, limit],
    );
    return row.count;
  }

  /** How far the deliveries of an event are. Those without a finished attempt are in `held` or not counted. */
  async countOutcomes(eventId: string): Promise<{ delivered: number; failed: number; held: number }> {
    const [row] = await this.database.manager().query<[{ delivered: number; failed: number; held: number }]>(
      `SELECT count(*) FILTER (WHERE delivery.state = 'delivered')::int AS delivered,
         count(*) FILTER (WHERE delivery.state <> 'delivered' AND delivery.attempt_count > 0)::int AS failed,
         count(*) FILTER (WHERE delivery.attempt_count = 0 AND NOT (${isEndpointOpen}))::int AS held
       FROM deliveries delivery
       LEFT JOIN webhooks webhook ON webhook.id = delivery.webhook_id
       LEFT JOIN integrations integration ON integration.id = webhook.integration_id
       WHERE delivery.event_id = $1`,
      [eventId],
    );
    return row;
  }
}
