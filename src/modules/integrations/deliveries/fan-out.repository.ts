import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../../platform/database/database.js';
import type { PublishedEvent } from '../../../platform/events/event.js';
import type { Filter } from '../filters/filter.js';
import { endpointEventPrefix } from './endpoint.events.js';
import { isOpen } from './open-webhook.sql.js';

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

/** Fills the queue of deliveries with events. */
@Injectable()
export class FanOutRepository {
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
}
