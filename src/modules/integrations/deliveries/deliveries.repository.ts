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

/** SQL: there will be another attempt. */
const isOpen = `delivery.state IN ('pending', 'failed')`;
/** SQL: a process is sending it. */
const isLeased = `delivery.lease_until > now()`;
/** SQL: the endpoint may be sent to. */
const isEndpointOpen = `webhook.state = 'active' AND integration.status = 'active'`;
const isEndpointClosed = `NOT (${isEndpointOpen})`;

/** SQL: these rows of deliveries as they are shown. */
function shown(rows: string): string {
  return `
    SELECT delivery.id, delivery.event_id AS "eventId", delivery.event_type AS "eventType",
      delivery.webhook_id AS "webhookId", delivery.integration_id AS "integrationId",
      CASE
        WHEN NOT (${isOpen}) THEN delivery.state
        WHEN webhook.id IS NULL THEN 'cancelled'
        WHEN ${isLeased} THEN 'sending'
        WHEN ${isEndpointClosed} THEN 'held'
        ELSE delivery.state END AS state,
      delivery.attempt_count AS "attemptCount", CASE WHEN ${isOpen} THEN delivery.due_at END AS "nextAttemptAt",
      delivery.last_status AS "lastStatus", delivery.last_error AS "lastError",
      delivery.created_at AS "createdAt", delivery.finished_at AS "finishedAt"
    FROM ${rows} AS delivery
    LEFT JOIN webhooks webhook ON webhook.id = delivery.webhook_id
    LEFT JOIN integrations integration ON integration.id = webhook.integration_id`;
}

/** Some of the deliveries that are shown in a state. */
interface Part {
  /** SQL: a condition that an index leads to. */
  rows: string;
  /** SQL: what holds for their endpoint; undefined when that may be deleted. */
  endpoint?: string;
}

const pending = `delivery.state = 'pending'`;
const failed = `delivery.state = 'failed'`;
const exhausted = `delivery.state = 'exhausted'`;
const isFree = `(delivery.lease_until IS NULL OR delivery.lease_until <= now())`;

/** No index holds the leases of deliveries, because each claim would then write to all indexes; the leases themselves are few. */
const isBeingSent = `
  delivery.id = ANY (ARRAY(SELECT unnest(delivery_ids) FROM delivery_leases WHERE deliveries > 0 AND lease_until > now()))
  AND ${isOpen} AND ${isLeased} AND EXISTS (SELECT FROM webhooks WHERE webhooks.id = delivery.webhook_id)`;

/** What is shown, read backwards. */
const partsOf: Record<DeliveryState | 'undelivered', Part[]> = {
  pending: [{ rows: `${pending} AND ${isFree}`, endpoint: isEndpointOpen }],
  failed: [{ rows: `${failed} AND ${isFree}`, endpoint: isEndpointOpen }],
  sending: [{ rows: isBeingSent }],
  held: [pending, failed].map((rows) => ({ rows: `${rows} AND ${isFree}`, endpoint: isEndpointClosed })),
  delivered: [{ rows: `delivery.state = 'delivered'` }],
  exhausted: [{ rows: exhausted }],
  // Those of a deleted webhook are marked by a job; until that has run they are only shown so.
  cancelled: [{ rows: `delivery.state = 'cancelled'` }],
  // Everything that an endpoint has not got.
  undelivered: [{ rows: pending, endpoint: 'true' }, { rows: failed, endpoint: 'true' }, { rows: exhausted }],
};

const endpoints = `webhooks webhook JOIN integrations integration ON integration.id = webhook.integration_id`;

const smallestId = '00000000-0000-0000-0000-000000000000';

/** Deliveries as admins see them. */
@Injectable()
export class DeliveriesRepository {
  constructor(private readonly database: Database) {}

  /** Newest first. */
  async list(filter: DeliveryFilter, limit: number, cursor?: string): Promise<Page<DeliveryView>> {
    const parts = filter.state === undefined ? [{ rows: 'true' }] : partsOf[filter.state];
    const statement = new PageStatement(filter, limit, cursor);
    const found = await this.database.manager().query<DeliveryView[]>(statement.of(parts), statement.parameters);
    return pageOf(found, limit);
  }

  async find(id: string, tx?: Transaction): Promise<DeliveryView | null> {
    const [found] = await this.database
      .manager(tx)
      .query<DeliveryView[]>(`${shown('deliveries')} WHERE delivery.id = $1`, [id]);
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
         count(*) FILTER (WHERE delivery.attempt_count = 0 AND ${isEndpointClosed})::int AS held
       FROM deliveries delivery
       LEFT JOIN webhooks webhook ON webhook.id = delivery.webhook_id
       LEFT JOIN integrations integration ON integration.id = webhook.integration_id
       WHERE delivery.event_id = $1`,
      [eventId],
    );
    return row;
  }
}

class PageStatement {
  readonly parameters: unknown[] = [];
  private readonly webhook: string | undefined;
  private readonly integration: string | undefined;
  private readonly eventType: string | undefined;
  private readonly range: string;
  private readonly limit: string;

  constructor(filter: DeliveryFilter, limit: number, cursor: string | undefined) {
    const { webhookId, integrationId, eventType, from, to } = filter;
    this.webhook = this.bind(webhookId);
    this.integration = this.bind(integrationId);
    this.eventType = this.bind(eventType);
    this.range = [
      compare('delivery.id >=', this.bind(from && firstIdAt(from))),
      compare('delivery.id <', this.bind(to && firstIdAt(to))),
      compare('delivery.id <', this.bind(cursor)),
    ].join('');
    // One row more than a page has.
    this.limit = `$${this.parameters.push(limit + 1)}`;
  }

  of(parts: Part[]): string {
    const rows = parts.map((part) => `(${this.rowsOf(part)})`).join(' UNION ALL ');
    return `${shown(`(${rows})`)} ORDER BY delivery.id DESC LIMIT ${this.limit}`;
  }

  private rowsOf({ rows, endpoint }: Part): string {
    const ofEventType = compare('delivery.event_type =', this.eventType);
    if (endpoint !== undefined && this.webhook === undefined) {
      const ofIntegration = compare('webhook.integration_id =', this.integration);
      return this.rowsOfEndpoints(`${rows}${ofEventType}`, `${endpoint}${ofIntegration}`);
    }
    const ofWebhook = compare('delivery.webhook_id =', this.webhook);
    const ofIntegration = compare('delivery.integration_id =', this.integration);
    // Asked once, before any delivery is read.
    const isFit = `EXISTS (SELECT FROM ${endpoints} WHERE webhook.id = ${this.webhook} AND ${endpoint})`;
    return this.newest(
      `${rows}${ofWebhook}${ofIntegration}${ofEventType}${endpoint === undefined ? '' : ` AND ${isFit}`}`,
    );
  }

  /**
   * Asks each fitting endpoint, because all that is open may belong to one, or to one that does not fit. Where enough have any, nothing
   * before the newest of each is on the page.
   */
  private rowsOfEndpoints(rows: string, endpoint: string): string {
    return `
      WITH endpoint AS MATERIALIZED (
        SELECT webhook.id, delivery.id AS newest_id FROM ${endpoints}
          CROSS JOIN LATERAL (${this.newest(`${rows} AND delivery.webhook_id = webhook.id`, '1')}) AS delivery
         WHERE ${endpoint} ORDER BY delivery.id DESC LIMIT ${this.limit}
      ), first AS (SELECT newest_id AS id FROM endpoint ORDER BY newest_id DESC OFFSET ${this.limit} - 1)
      SELECT delivery.* FROM endpoint CROSS JOIN LATERAL (
        ${this.newest(`${rows} AND delivery.webhook_id = endpoint.id AND delivery.id >= coalesce((SELECT id FROM first), '${smallestId}')`)}
      ) AS delivery ORDER BY delivery.id DESC LIMIT ${this.limit}`;
  }

  private newest(condition: string, limit = this.limit): string {
    return `SELECT delivery.* FROM deliveries delivery WHERE ${condition}${this.range} ORDER BY delivery.id DESC LIMIT ${limit}`;
  }

  private bind(value: unknown): string | undefined {
    return value === undefined ? undefined : `$${this.parameters.push(value)}`;
  }
}

function compare(column: string, value: string | undefined): string {
  return value === undefined ? '' : ` AND ${column} ${value}`;
}
