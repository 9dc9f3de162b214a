import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { pageOf, type Page } from '../page-query.dto.js';
import { firstIdAt } from '../uuid-v7.policy.js';
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
  state?: DeliveryState | 'undelivered' | undefined;
  webhookId?: string | undefined;
  integrationId?: string | undefined;
  eventType?: string | undefined;
  /** When the delivery was made: from then on, and before then. */
  from?: Date | undefined;
  to?: Date | undefined;
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

/** SQL: everything that an endpoint has not got, in parts that each lead to an index. */
const undelivered = [`${isOpen} AND NOT ${isOrphan}`, `delivery.state = 'exhausted'`];

const view = `
  SELECT delivery.id, delivery.event_id AS "eventId", delivery.event_type AS "eventType",
    delivery.webhook_id AS "webhookId", delivery.integration_id AS "integrationId", ${shownState} AS state,
    delivery.attempt_count AS "attemptCount", CASE WHEN ${isOpen} THEN delivery.due_at END AS "nextAttemptAt",
    delivery.last_status AS "lastStatus", delivery.last_error AS "lastError",
    delivery.created_at AS "createdAt", delivery.finished_at AS "finishedAt"
  FROM deliveries delivery
  LEFT JOIN webhooks webhook ON webhook.id = delivery.webhook_id
  LEFT JOIN integrations integration ON integration.id = webhook.integration_id`;

/** Deliveries as admins see them. */
@Injectable()
export class DeliveriesRepository {
  constructor(private readonly database: Database) {}

  /** Newest first. */
  async list(filter: DeliveryFilter, limit: number, cursor?: string): Promise<Page<DeliveryView>> {
    const { state } = filter;
    if (state === undefined) return pageOf(await this.select([], filter, limit, cursor), limit);
    const parts = state === 'undelivered' ? undelivered : [hasState[state]];
    const found = await Promise.all(parts.map((part) => this.select([part], filter, limit, cursor)));
    const newestFirst = found.flat().toSorted((one, other) => (one.id < other.id ? 1 : -1));
    return pageOf(newestFirst, limit);
  }

  /** One row more than a page has. */
  private select(
    conditions: string[],
    filter: DeliveryFilter,
    limit: number,
    cursor: string | undefined,
  ): Promise<DeliveryView[]> {
    const parameters: unknown[] = [];
    const where = [...conditions];
    const add = (condition: string, value: unknown): void => {
      if (value !== undefined) where.push(`delivery.${condition} $${parameters.push(value)}`);
    };
    add('webhook_id =', filter.webhookId);
    add('integration_id =', filter.integrationId);
    add('event_type =', filter.eventType);
    add('id >=', filter.from && firstIdAt(filter.from));
    add('id <', filter.to && firstIdAt(filter.to));
    add('id <', cursor);
    const clause = where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`;
    return this.database
      .manager()
      .query(`${view} ${clause} ORDER BY delivery.id DESC LIMIT $${parameters.push(limit + 1)}`, parameters);
  }

  async find(id: string, tx?: Transaction): Promise<DeliveryView | null> {
    const [found] = await this.database.manager(tx).query<DeliveryView[]>(`${view} WHERE delivery.id = $1`, [id]);
    return found ?? null;
  }

  attemptsOf(deliveryId: string): Promise<DeliveryAttemptEntity[]> {
    return this.database.manager().find(DeliveryAttemptEntity, { where: { deliveryId }, order: { number: 'ASC' } });
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
