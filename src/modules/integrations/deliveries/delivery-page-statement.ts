import { firstIdAt } from '../uuid-v7.policy.js';
import { idsBeingSent } from './delivery-leases.sql.js';
import type { DeliveryState } from './delivery-state.js';
import { isEndpointClosed, isEndpointOpen, isFree, isOpen, shown } from './shown-delivery.sql.js';

/** What a page is asked for. */
export interface DeliveryFilter {
  state?: DeliveryState | 'undelivered' | undefined;
  webhookId?: string | undefined;
  integrationId?: string | undefined;
  eventType?: string | undefined;
  /** When the delivery was made: from then on, and before then. */
  from?: Date | undefined;
  to?: Date | undefined;
}

/** Some of the deliveries that are shown in a state. */
interface Part {
  /** SQL: a condition that an index leads to. */
  rows: string;
  /** SQL: what else holds for them. The planner believes that this takes half of them away, so it is asked last where many are read. */
  filter?: string;
  /** SQL: what holds for their endpoint; undefined when that may be deleted. */
  endpoint?: string;
  /** Of how many of the newest it is worth asking. */
  seen?: string;
}

const isThere = `webhook.id IS NOT NULL`;
const pending = `delivery.state = 'pending'`;
const failed = `delivery.state = 'failed'`;
const exhausted = `delivery.state = 'exhausted'`;
/** From the leases to the deliveries, because no index of deliveries knows them. */
const isBeingSent = `delivery.id = ANY (ARRAY(${idsBeingSent})) AND ${isOpen}
  AND EXISTS (SELECT FROM webhooks WHERE webhooks.id = delivery.webhook_id)`;

/** What is shown, read backwards. */
const partsOf: Record<DeliveryState | 'undelivered', Part[]> = {
  pending: [{ rows: pending, filter: isFree, endpoint: isEndpointOpen }],
  failed: [{ rows: failed, filter: isFree, endpoint: isEndpointOpen }],
  sending: [{ rows: isBeingSent }],
  held: [pending, failed].map((rows) => ({ rows, filter: isFree, endpoint: isEndpointClosed, seen: '1000' })),
  delivered: [{ rows: `delivery.state = 'delivered'` }],
  exhausted: [{ rows: exhausted }],
  // Those of a deleted webhook are marked by a job; until that has run they are only shown so.
  cancelled: [{ rows: `delivery.state = 'cancelled'` }],
  // Everything that an endpoint has not got.
  undelivered: [{ rows: pending, endpoint: isThere }, { rows: failed, endpoint: isThere }, { rows: exhausted }],
};

const endpoints = `webhooks webhook JOIN integrations integration ON integration.id = webhook.integration_id`;

/** Where most of them fit: more than the largest page, because each is read from a place of its own. */
const usuallySeen = '250';

const smallestId = '00000000-0000-0000-0000-000000000000';

/** The statements of one page of deliveries, newest first, one row more than it has. */
export class DeliveryPageStatement {
  readonly parameters: unknown[] = [];
  private readonly webhook: string | undefined;
  private readonly integration: string | undefined;
  private readonly eventType: string | undefined;
  private readonly range: string;
  private readonly limit: string;
  private readonly parts: Part[];

  constructor(filter: DeliveryFilter, limit: number, cursor: string | undefined) {
    const { state, webhookId, integrationId, eventType, from, to } = filter;
    this.parts = state === undefined ? [{ rows: 'true' }] : partsOf[state];
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

  get ofAll(): string {
    const rows = this.parts.map((part) => `(${this.rowsOf(part)})`).join(' UNION ALL ');
    return `${shown(`(${rows})`)} ORDER BY delivery.id DESC LIMIT ${this.limit}`;
  }

  /**
   * The same from the newest deliveries of all endpoints, which is quick where few of them do not fit: a full page is the page. It tells
   * nothing of what is older than all it looked at. Null where it would be no quicker.
   */
  get ofNewest(): string | null {
    const isOfAll = this.webhook === undefined && this.integration === undefined && this.eventType === undefined;
    if (!isOfAll || this.parts.every(({ endpoint }) => endpoint === undefined)) return null;
    const seen = this.parts.map(
      ({ rows, seen: count = usuallySeen }, index) => `seen_${index} AS MATERIALIZED (${this.newest(rows, count)})`,
    );
    const fitting = this.parts.map(
      ({ filter = 'true', endpoint = 'true' }, index) => `SELECT delivery.* FROM seen_${index} delivery
        LEFT JOIN webhooks webhook ON webhook.id = delivery.webhook_id
        LEFT JOIN integrations integration ON integration.id = webhook.integration_id WHERE ${filter} AND ${endpoint}`,
    );
    const ends = this.parts.map(
      ({ seen: count = usuallySeen }, index) => `(SELECT id FROM seen_${index} ORDER BY id DESC OFFSET ${count} - 1)`,
    );
    return `WITH ${seen.join(', ')} ${shown(`(${fitting.join(' UNION ALL ')})`)}
      WHERE delivery.id >= coalesce(greatest(${ends.join(', ')}), '${smallestId}') ORDER BY delivery.id DESC LIMIT ${this.limit}`;
  }

  private rowsOf({ rows: indexed, filter, endpoint }: Part): string {
    const rows = filter === undefined ? indexed : `${indexed} AND ${filter}`;
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
