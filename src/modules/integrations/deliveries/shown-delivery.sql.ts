import { idsBeingSent } from './delivery-leases.sql.js';

/** SQL: there will be another attempt. */
export const isOpen = `delivery.state IN ('pending', 'failed')`;
/** SQL: a process is sending it. */
const isBeingSent = `delivery.id IN (${idsBeingSent})`;
/** SQL: none is. */
export const isFree = `delivery.id NOT IN (${idsBeingSent})`;
/** SQL: the endpoint may be sent to. */
export const isEndpointOpen = `webhook.state = 'active' AND integration.status = 'active'`;
export const isEndpointClosed = `NOT (${isEndpointOpen})`;

/** SQL: these rows of deliveries as they are shown. */
export function shown(rows: string): string {
  return `
    SELECT delivery.id, delivery.event_id AS "eventId", delivery.event_type AS "eventType",
      delivery.webhook_id AS "webhookId", delivery.integration_id AS "integrationId",
      CASE
        WHEN NOT (${isOpen}) THEN delivery.state
        WHEN webhook.id IS NULL THEN 'cancelled'
        WHEN ${isBeingSent} THEN 'sending'
        WHEN ${isEndpointClosed} THEN 'held'
        ELSE delivery.state END AS state,
      delivery.attempt_count AS "attemptCount", CASE WHEN ${isOpen} THEN delivery.due_at END AS "nextAttemptAt",
      delivery.last_status AS "lastStatus", delivery.last_error AS "lastError",
      delivery.created_at AS "createdAt", delivery.finished_at AS "finishedAt"
    FROM ${rows} AS delivery
    LEFT JOIN webhooks webhook ON webhook.id = delivery.webhook_id
    LEFT JOIN integrations integration ON integration.id = webhook.integration_id`;
}
