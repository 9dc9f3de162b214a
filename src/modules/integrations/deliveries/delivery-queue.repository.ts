import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import type { PublishedEvent } from '../../../platform/events/event.js';
import type { Filter } from '../filters/filter.js';
import type { StoredDeliveryState } from './delivery-state.js';
import { endpointEventPrefix } from './endpoint.events.js';

/** What the fan-out of events leaves to do. */
export interface FanOut {
  /** Webhooks that can be delivered to now. */
  openIds: string[];
  /** Webhooks with a filter, which the database does not judge. */
  filtered: {
    id: string;
    integrationId: string;
    eventType: string;
    filter: Filter;
    isOrdered: boolean;
    isOpen: boolean;
  }[];
}

/** A delivery that this process may send while the lease lasts. */
export interface ClaimedDelivery {
  id: string;
  eventId: string;
  scheduleStep: number;
}

/** What one attempt changes, and what is kept of it. */
export interface AttemptOutcome {
  id: string;
  state: StoredDeliveryState;
  dueAt: Date;
  scheduleStep: number;
  /** False when nothing was sent. */
  isAttempt: boolean;
  status: number | null;
  error: string | null;
  startedAt: Date;
  durationMs: number;
  retriedAfter: string | null;
  requestHeaders: Record<string, string>;
  responseBody: string | null;
  isResponseTruncated: boolean;
}

/** SQL: deliveries to this webhook may be sent now. */
const isOpen = `webhook.state = 'active' AND integration.status = 'active'
  AND (webhook.blocked_until IS NULL OR webhook.blocked_until <= now())`;

/** SQL: this delivery is due and nobody is sending it. */
const isDue = `delivery.state IN ('pending', 'failed') AND delivery.due_at <= now()
  AND (delivery.lease_until IS NULL OR delivery.lease_until <= now())`;

/** SQL: nothing of the same subject is still to be delivered before this. */
const isFirstOfItsKey = `(delivery.order_key IS NULL OR NOT EXISTS (
  SELECT FROM deliveries earlier
   WHERE earlier.webhook_id = delivery.webhook_id AND earlier.order_key = delivery.order_key
     AND earlier.state IN ('pending', 'failed') AND earlier.event_id < delivery.event_id))`;

/**
 * SQL: puts the lease $3 for $4 milliseconds on what is `due` of webhook $1, and notes which deliveries it covers. Its commit need not wait for the disk: only a crash of Postgres itself could
 * forget the lease, after which the deliveries are due again, as they are when the process dies. An outcome is flushed with all before it.
 */
const claimed = `claimed AS (
    UPDATE deliveries SET lease_id = $3, lease_until = now() + make_interval(secs => $4 / 1000.0)
      FROM due WHERE deliveries.id = due.id
    RETURNING deliveries.id, deliveries.event_id, deliveries.schedule_step, deliveries.lease_until
  ), lease AS (
    INSERT INTO delivery_leases (id, webhook_id, deliveries, lease_until, delivery_ids)
    SELECT $3, $1, count(*), max(lease_until), array_agg(id) FROM claimed HAVING count(*) > 0
  )
  SELECT id, event_id AS "eventId", schedule_step AS "scheduleStep", set_config('synchronous_commit', 'off', true) FROM claimed`;

/** A claim of deliveries. */
export interface Claim {
  /** Fencing token; only its holder can write the outcomes. */
  leaseId: string;
  /** After which anybody may claim them again. */
  leaseMs: number;
  limit: number;
  /** Only deliveries of earlier events; null for all. */
  beforeEventId: string | null;
}

/** The deliveries as a queue: filled by events, claimed under a lease, emptied by outcomes. */
@Injectable()
export class DeliveryQueueRepository {
  constructor(private readonly database: Database) {}

  /**
   * Makes a delivery for each event and each webhook that subscribes to it without a filter, held ones included. A webhook that is
   * being deleted at the same time gets none; one whose integration was never active neither, and none is told about its own
   * endpoint. Both parts of the result are of one snapshot, so a filter that is set or dropped at the same time lets no event fall
   * between them.
   */
  async fanOut(tx: Transaction, events: Pick<PublishedEvent, 'id' | 'type' | 'subject'>[]): Promise<FanOut> {
    const rows = await tx.query<
      {
        id: string;
        integrationId: string;
        eventType: string;
        filter: Filter | null;
        isOrdered: boolean;
        isOpen: boolean;
      }[]
    >(
      `WITH matching AS MATERIALIZED (
         SELECT webhook.id, webhook.integration_id, webhook.event_type, webhook.filter, webhook.is_ordered, ${isOpen} AS is_open
           FROM webhooks webhook JOIN integrations integration ON integration.id = webhook.integration_id
          WHERE webhook.event_type = ANY ($2::text[] || '*'::text) AND integration.activated_at IS NOT NULL
          ORDER BY webhook.id FOR KEY SHARE OF webhook
       ), fanned_out AS (
         INSERT INTO deliveries (event_id, event_type, webhook_id, integration_id, order_key)
         SELECT event.id, event.type, matching.id, matching.integration_id, CASE WHEN matching.is_ordered THEN event.subject END
           FROM unnest($1::uuid[], $2::text[], $3::text[]) AS event (id, type, subject)
           JOIN matching ON matching.event_type IN (event.type, '*') AND matching.filter IS NULL
            AND NOT (starts_with(event.type, '${endpointEventPrefix}') AND event.subject IS NOT DISTINCT FROM 'webhook:' || matching.id)
         ON CONFLICT (event_id, webhook_id) DO NOTHING
         RETURNING webhook_id
       )
       SELECT id, integration_id AS "integrationId", event_type AS "eventType", filter, is_ordered AS "isOrdered",
         is_open AS "isOpen"
         FROM matching WHERE filter IS NOT NULL OR is_open AND id IN (SELECT webhook_id FROM fanned_out)`,
      [events.map(({ id }) => id), events.map(({ type }) => type), events.map(({ subject }) => subject)],
    );
    return {
      openIds: rows.filter(({ filter }) => filter === null).map(({ id }) => id),
      filtered: rows.flatMap(({ filter, ...webhook }) => (filter === null ? [] : [{ ...webhook, filter }])),
    };
  }

  /** Makes a delivery for each of these pairs; the webhooks are locked by {@link fanOut} in the same transaction. */
  async addDeliveries(
    tx: Transaction,
    pairs: {
      event: Pick<PublishedEvent, 'id' | 'type' | 'subject'>;
      webhook: { id: string; integrationId: string; isOrdered: boolean };
    }[],
  ): Promise<void> {
    await tx.query(
      `INSERT INTO deliveries (event_id, event_type, webhook_id, integration_id, order_key)
       SELECT * FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::text[])
       ON CONFLICT (event_id, webhook_id) DO NOTHING`,
      [
        pairs.map(({ event }) => event.id),
        pairs.map(({ event }) => event.type),
        pairs.map(({ webhook }) => webhook.id),
        pairs.map(({ webhook }) => webhook.integrationId),
        pairs.map(({ event, webhook }) => (webhook.isOrdered ? event.subject : null)),
      ],
    );
  }

  /** Claims deliveries of one webhook that are due, the longest due first. */
  async claim(
    webhookId: string,
    { limit, leaseId, leaseMs, beforeEventId }: Claim,
    tx?: Transaction,
  ): Promise<ClaimedDelivery[]> {
    return this.database.manager(tx).query<ClaimedDelivery[]>(
      `WITH due AS MATERIALIZED (
         SELECT delivery.id FROM deliveries delivery
          WHERE delivery.webhook_id = $1 AND ${isDue} AND ${isFirstOfItsKey}
            AND ($5::uuid IS NULL OR delivery.event_id < $5)
            AND EXISTS (SELECT FROM webhooks webhook JOIN integrations integration ON integration.id = webhook.integration_id
                         WHERE webhook.id = $1 AND ${isOpen})
          ORDER BY delivery.due_at LIMIT $2 FOR UPDATE OF delivery SKIP LOCKED
       ), ${claimed}`,
      [webhookId, limit, leaseId, leaseMs, beforeEventId],
    );
  }

  /** Claims one held delivery of a disabled webhook, whenever it is due. */
  async claimProbe(tx: Transaction, webhookId: string, leaseId: string, leaseMs: number): Promise<ClaimedDelivery[]> {
    return tx.query<ClaimedDelivery[]>(
      `WITH due AS MATERIALIZED (
         SELECT delivery.id FROM deliveries delivery
          WHERE delivery.webhook_id = $1 AND delivery.state IN ('pending', 'failed') AND ${isFirstOfItsKey}
            AND (delivery.lease_until IS NULL OR delivery.lease_until <= now())
          ORDER BY delivery.due_at LIMIT $2 FOR UPDATE OF delivery SKIP LOCKED
       ), ${claimed}`,
      [webhookId, 1, leaseId, leaseMs],
    );
  }

  /**
   * Writes outcomes and attempts and ends the lease, in one statement. What the lease no longer covers is left alone, and a
   * delivery that was cancelled meanwhile stays so unless it arrived.
   *
   * @returns how many outcomes were written
   */
  record(
    tx: Transaction,
    webhookId: string,
    leaseId: string,
    outcomes: AttemptOutcome[],
  ): Promise<{ written: number }> {
    return this.write(tx, webhookId, leaseId, outcomes, true);
  }

  /**
   * The same in a transaction of its own, for outcomes that tell nothing new of an endpoint that is well.
   *
   * @returns null, and nothing is written, when the webhook's row says that its endpoint is in trouble: that ends with them
   */
  async recordUnlessTroubled(webhookId: string, leaseId: string, outcomes: AttemptOutcome[]): Promise<number | null> {
    const { written, isTroubled } = await this.write(undefined, webhookId, leaseId, outcomes, false);
    return isTroubled ? null : written;
  }

  private async write(
    tx: Transaction | undefined,
    webhookId: string,
    leaseId: string,
    outcomes: AttemptOutcome[],
    isWrittenInTrouble: boolean,
  ): Promise<{ written: number; isTroubled: boolean }> {
    const [row] = await this.database.manager(tx).query<[{ written: number; isTroubled: boolean }]>(
      `WITH endpoint AS MATERIALIZED (
         SELECT EXISTS (
           SELECT FROM webhooks WHERE id = $3
              AND (failing_since IS NOT NULL OR slowed_at IS NOT NULL OR blocked_until IS NOT NULL OR state <> 'active')
         ) AS is_troubled
       ), outcome AS (
         SELECT * FROM jsonb_to_recordset($2::jsonb) AS outcome (
           "id" uuid, "state" text, "dueAt" timestamptz, "scheduleStep" smallint, "isAttempt" boolean, "status" smallint,
           "error" text, "startedAt" timestamptz, "durationMs" integer, "retriedAfter" text, "requestHeaders" jsonb,
           "responseBody" text, "isResponseTruncated" boolean)
          WHERE $4 OR NOT (SELECT is_troubled FROM endpoint)
       ), updated AS (
         UPDATE deliveries delivery SET
           state = CASE WHEN delivery.state = 'cancelled' AND outcome.state <> 'delivered' THEN 'cancelled' ELSE outcome.state END,
           due_at = outcome."dueAt", schedule_step = outcome."scheduleStep",
           attempt_count = delivery.attempt_count + outcome."isAttempt"::int,
           last_status = outcome.status, last_error = outcome.error, lease_id = NULL, lease_until = NULL,
           finished_at = CASE WHEN outcome.state IN ('delivered', 'exhausted') THEN now() ELSE delivery.finished_at END
         FROM outcome WHERE delivery.id = outcome.id AND delivery.lease_id = $1
         RETURNING delivery.id, delivery.attempt_count
       ), attempts AS (
         INSERT INTO delivery_attempts (delivery_id, number, started_at, duration_ms, retried_after, request_headers, status, error,
           response_body, is_response_truncated)
         SELECT updated.id, updated.attempt_count, "startedAt", "durationMs", "retriedAfter", "requestHeaders", status, error,
           "responseBody", "isResponseTruncated"
           FROM updated JOIN outcome ON outcome.id = updated.id WHERE outcome."isAttempt"
       ), lease AS (
         UPDATE delivery_leases SET deliveries = deliveries - (SELECT count(*) FROM updated) WHERE id = $1
       )
       SELECT count(*)::int AS written, (SELECT is_troubled FROM endpoint) AS "isTroubled" FROM updated`,
      [leaseId, JSON.stringify(outcomes), webhookId, isWrittenInTrouble],
    );
    return row;
  }

  /** Forgets leases that are over. Nobody waits for it, and it waits for nobody. */
  async forgetLeases(): Promise<void> {
    await this.database.manager().query(
      `DELETE FROM delivery_leases WHERE id IN (
         SELECT id FROM delivery_leases WHERE deliveries <= 0 OR lease_until <= now() FOR UPDATE SKIP LOCKED)`,
    );
  }

  /** Webhooks with something due that nobody is sending: one look into the index for each, however much is due. */
  async webhooksWithDue(): Promise<string[]> {
    const rows = await this.database.manager().query<{ id: string }[]>(
      `SELECT webhook.id FROM webhooks webhook JOIN integrations integration ON integration.id = webhook.integration_id
         CROSS JOIN LATERAL (
           SELECT FROM deliveries delivery WHERE delivery.webhook_id = webhook.id AND ${isDue} LIMIT 1
         ) AS first_due
        WHERE ${isOpen}`,
    );
    return rows.map(({ id }) => id);
  }

  /** Disabled webhooks that are due for a probe and hold something to probe with. */
  async webhooksToProbe(limit: number): Promise<string[]> {
    const rows = await this.database.manager().query<{ id: string }[]>(
      `SELECT webhook.id FROM webhooks webhook JOIN integrations integration ON integration.id = webhook.integration_id
        WHERE webhook.probe_at <= now() AND webhook.state = 'disabled' AND integration.status = 'active'
          AND EXISTS (SELECT FROM deliveries delivery
                       WHERE delivery.webhook_id = webhook.id AND delivery.state IN ('pending', 'failed'))
        ORDER BY webhook.probe_at LIMIT $1`,
      [limit],
    );
    return rows.map(({ id }) => id);
  }
}
