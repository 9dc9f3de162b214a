import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import type { StoredDeliveryState } from './delivery-state.js';

/** What one attempt changes, and what is kept of it. */
export interface AttemptOutcome {
  /** Of the delivery. */
  id: string;
  webhookId: string;
  /** Under which it was claimed. */
  leaseId: string;
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

/** What became of outcomes that were to be written. */
export interface WrittenOutcomes {
  /** Deliveries whose outcome is written. */
  ids: string[];
  /** Webhooks of which nothing was written, because their rows say that the endpoint is in trouble. */
  troubledWebhookIds: string[];
}

/** Writes down what attempts have come to. */
@Injectable()
export class DeliveryOutcomesRepository {
  constructor(private readonly database: Database) {}

  /**
   * Writes outcomes and attempts and ends the leases, in one statement. What a lease no longer covers is left alone, and a delivery that was
   * cancelled meanwhile stays so unless it arrived.
   *
   * @returns deliveries whose outcome was written
   */
  async record(tx: Transaction, outcomes: AttemptOutcome[]): Promise<string[]> {
    const { ids } = await this.write(tx, outcomes, true);
    return ids;
  }

  /** The same in a transaction of its own, for outcomes that tell nothing new of endpoints that are well: a trouble ends with them. */
  recordUnlessTroubled(outcomes: AttemptOutcome[]): Promise<WrittenOutcomes> {
    return this.write(undefined, outcomes, false);
  }

  private async write(
    tx: Transaction | undefined,
    outcomes: AttemptOutcome[],
    isWrittenInTrouble: boolean,
  ): Promise<WrittenOutcomes> {
    const [written] = await this.database.manager(tx).query<[WrittenOutcomes]>(
      `WITH troubled AS MATERIALIZED (
         SELECT id FROM webhooks WHERE id = ANY ($2::uuid[]) AND NOT $3
            AND (failing_since IS NOT NULL OR slowed_at IS NOT NULL OR blocked_until IS NOT NULL OR state <> 'active')
       ), outcome AS (
         SELECT * FROM jsonb_to_recordset($1::jsonb) AS outcome (
           "id" uuid, "webhookId" uuid, "leaseId" uuid, "state" text, "dueAt" timestamptz, "scheduleStep" smallint, "isAttempt" boolean,
           "status" smallint, "error" text, "startedAt" timestamptz, "durationMs" integer, "retriedAfter" text, "requestHeaders" jsonb,
           "responseBody" text, "isResponseTruncated" boolean)
          WHERE "webhookId" NOT IN (SELECT id FROM troubled)
       ), lease AS (
         UPDATE delivery_leases SET delivery_ids = ARRAY(SELECT unnest(delivery_leases.delivery_ids) EXCEPT SELECT unnest(ended.ids))
           FROM (SELECT "leaseId" AS id, array_agg(id) AS ids FROM outcome GROUP BY "leaseId") AS ended
          WHERE delivery_leases.id = ended.id
         RETURNING delivery_leases.id, old.delivery_ids
       ), updated AS (
         UPDATE deliveries delivery SET
           state = CASE WHEN delivery.state = 'cancelled' AND outcome.state <> 'delivered' THEN 'cancelled' ELSE outcome.state END,
           due_at = outcome."dueAt", schedule_step = outcome."scheduleStep",
           attempt_count = delivery.attempt_count + outcome."isAttempt"::int,
           last_status = outcome.status, last_error = outcome.error,
           finished_at = CASE WHEN outcome.state IN ('delivered', 'exhausted') THEN now() ELSE delivery.finished_at END
         FROM outcome JOIN lease ON lease.id = outcome."leaseId" AND outcome.id = ANY (lease.delivery_ids)
         WHERE delivery.id = outcome.id
         RETURNING delivery.id, delivery.attempt_count
       ), attempts AS (
         INSERT INTO delivery_attempts (delivery_id, number, started_at, duration_ms, retried_after, request_headers, status, error,
           response_body, is_response_truncated)
         SELECT updated.id, updated.attempt_count, "startedAt", "durationMs", "retriedAfter", "requestHeaders", status, error,
           "responseBody", "isResponseTruncated"
           FROM updated JOIN outcome ON outcome.id = updated.id WHERE outcome."isAttempt"
       )
       SELECT ARRAY(SELECT id FROM updated) AS ids, ARRAY(SELECT id FROM troubled) AS "troubledWebhookIds"`,
      [JSON.stringify(outcomes), [...new Set(outcomes.map(({ webhookId }) => webhookId))], isWrittenInTrouble],
    );
    return written;
  }
}
