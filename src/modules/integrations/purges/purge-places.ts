/**
 * Where content of others is stored, besides events: how a row is found to hold one of the terms, and how its content is erased. Rows
 * stay for the log; what is no log goes as a whole. `$3` is the pattern, `$4` the values, of which received bodies are searched byte by byte.
 */
const places = {
  /** Handled by the events module, together with what was to be delivered. */
  events: null,
  deliveryAttempts: {
    table: 'deliveries',
    erasing: `UPDATE delivery_attempts SET response_body = NULL FROM batch
      WHERE delivery_attempts.delivery_id = batch.id AND delivery_attempts.response_body ~* $3`,
  },
  incomingRequests: {
    table: 'incoming_requests',
    erasing: `UPDATE incoming_requests SET body = '', headers = '{}', mapped_events = '[]',
        failed_at = CASE WHEN processed_at IS NULL THEN coalesce(failed_at, now()) ELSE failed_at END,
        last_error = CASE WHEN processed_at IS NULL THEN 'Erased for the privacy of a person' ELSE last_error END
      FROM batch WHERE incoming_requests.id = batch.id AND (
        incoming_requests.headers::text ~* $3 OR incoming_requests.mapped_events::text ~* $3
        OR EXISTS (SELECT FROM unnest($4::text[]) AS term WHERE position(convert_to(term, 'UTF8') IN incoming_requests.body) > 0))`,
  },
  calls: {
    table: 'integration_calls',
    erasing: `UPDATE integration_calls SET request_body = NULL, response_body = NULL FROM batch
      WHERE integration_calls.id = batch.id
        AND (integration_calls.request_body ~* $3 OR integration_calls.response_body ~* $3)`,
  },
  scheduledEvents: {
    table: 'scheduled_events',
    erasing: `UPDATE scheduled_events SET data = '{}', subject = NULL,
        state = CASE WHEN state = 'scheduled' THEN 'cancelled' ELSE state END, finished_at = coalesce(finished_at, now())
      FROM batch WHERE scheduled_events.id = batch.id
        AND (scheduled_events.data::text ~* $3 OR scheduled_events.subject = $5)`,
  },
  /** The records of one integration at a time. A source that still has the record brings it back. */
  records: {
    table: 'integrations',
    rows: 1,
    erasing: `DELETE FROM integration_records USING batch WHERE integration_records.integration_id = batch.id
      AND (integration_records.data::text ~* $3 OR integration_records.key = ANY ($4))`,
  },
  rejectedInputs: {
    table: 'rejected_inputs',
    erasing: `DELETE FROM rejected_inputs USING batch WHERE rejected_inputs.id = batch.id AND rejected_inputs.excerpt ~* $3`,
  },
  pushItems: {
    table: 'push_items',
    erasing: `DELETE FROM push_items USING batch WHERE push_items.id = batch.id
      AND (push_items.data::text ~* $3 OR push_items.key = ANY ($4))`,
  },
} as const satisfies Record<string, { table: string; erasing: string; rows?: number } | null>;

export type PurgePlace = keyof typeof places;
export const purgePlaces = Object.keys(places) as PurgePlace[];

/** Looks at the next `$2` rows after `$1`; undefined for events. */
export function erasingBatch(place: PurgePlace): string | undefined {
  const found = places[place];
  if (found === null) return undefined;
  const { table, erasing } = found;
  const limit = 'rows' in found ? `least($2, ${found.rows})` : '$2';
  return `
    WITH known AS (SELECT $4::text[], $5::text),
      batch AS (SELECT id FROM ${table} WHERE id > $1 ORDER BY id LIMIT ${limit}),
      erased AS (${erasing} RETURNING 1)
    SELECT (SELECT id FROM batch ORDER BY id DESC LIMIT 1) AS "lastId", (SELECT count(*)::int FROM erased) AS erased`;
}
