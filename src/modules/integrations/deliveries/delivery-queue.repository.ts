import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { isUnclaimed, tryLockClaims } from './delivery-leases.sql.js';
import { isOpen } from './open-webhook.sql.js';

/** A delivery that this process may send while the lease lasts. */
export interface ClaimedDelivery {
  id: string;
  webhookId: string;
  eventId: string;
  scheduleStep: number;
}

/** What a claim has got. */
export interface Claim {
  deliveries: ClaimedDelivery[];
  /** Webhooks that somebody else is claiming from, or changing, at this moment. */
  busyWebhookIds: Set<string>;
}

/** What is wanted of one webhook. */
export interface WantedDeliveries {
  webhookId: string;
  /** Fencing token of what is found; only its holder can write the outcomes. */
  leaseId: string;
  limit: number;
  /** Only deliveries of earlier events; null for all. */
  beforeEventId: string | null;
}

/** SQL: this delivery of the webhook is due, and nobody has claimed it. */
const isDue = `delivery.state IN ('pending', 'failed') AND delivery.due_at <= now() AND ${isUnclaimed}`;

/** SQL: nothing of the same subject is still to be delivered before this. */
const isFirstOfItsKey = `(delivery.order_key IS NULL OR NOT EXISTS (
  SELECT FROM deliveries earlier
   WHERE earlier.webhook_id = delivery.webhook_id AND earlier.order_key = delivery.order_key
     AND earlier.state IN ('pending', 'failed') AND earlier.event_id < delivery.event_id))`;

/**
 * SQL: puts leases for $1 milliseconds on what is `due`. Their commit need not wait for the disk: only a crash of Postgres itself could forget
 * it, after which the deliveries are due again, as they are when the process dies. An outcome is flushed with all before it.
 */
const claimed = `leases AS (
    INSERT INTO delivery_leases (id, webhook_id, lease_until, delivery_ids)
    SELECT lease_id, webhook_id, statement_timestamp() + make_interval(secs => $1 / 1000.0), array_agg(id)
      FROM due GROUP BY lease_id, webhook_id
  )
  SELECT id, webhook_id AS "webhookId", event_id AS "eventId", schedule_step AS "scheduleStep",
    set_config('synchronous_commit', 'off', true) FROM due`;

/** The deliveries as a queue, from which processes claim under a lease. */
@Injectable()
export class DeliveryQueueRepository {
  constructor(private readonly database: Database) {}

  /**
   * Claims deliveries of some webhooks that are due, of each the longest due first.
   *
   * @param leaseMs after which `endLeases` lets anybody claim them again
   */
  claim(wanted: WantedDeliveries[], leaseMs: number, tx?: Transaction): Promise<Claim> {
    const webhookIds = wanted.map(({ webhookId }) => webhookId);
    return this.database.within(tx, async (own) => {
      const locked = await tryLockClaims(own, webhookIds);
      const free = wanted.filter(({ webhookId }) => locked.has(webhookId));
      const deliveries = await own.query<ClaimedDelivery[]>(
        `WITH due AS MATERIALIZED (
           SELECT first.id, first.event_id, first.schedule_step, wanted.webhook_id, wanted.lease_id
             FROM unnest($2::uuid[], $3::uuid[], $4::int[], $5::uuid[]) AS wanted (webhook_id, lease_id, "limit", before_event_id)
             JOIN webhooks webhook ON webhook.id = wanted.webhook_id
             JOIN integrations integration ON integration.id = webhook.integration_id AND ${isOpen}
            CROSS JOIN LATERAL (
              SELECT delivery.id, delivery.event_id, delivery.schedule_step FROM deliveries delivery
               WHERE delivery.webhook_id = webhook.id AND ${isDue} AND ${isFirstOfItsKey}
                 AND (wanted.before_event_id IS NULL OR delivery.event_id < wanted.before_event_id)
               ORDER BY delivery.due_at LIMIT wanted."limit"
            ) AS first
         ), ${claimed}`,
        [
          leaseMs,
          free.map(({ webhookId }) => webhookId),
          free.map(({ leaseId }) => leaseId),
          free.map(({ limit }) => limit),
          free.map(({ beforeEventId }) => beforeEventId),
        ],
      );
      return { deliveries, busyWebhookIds: new Set(webhookIds.filter((id) => !locked.has(id))) };
    });
  }

  /** Claims one held delivery of a disabled webhook, whenever it is due. */
  async claimProbe(tx: Transaction, webhookId: string, leaseId: string, leaseMs: number): Promise<ClaimedDelivery[]> {
    if ((await tryLockClaims(tx, [webhookId])).size === 0) return [];
    return tx.query<ClaimedDelivery[]>(
      `WITH due AS MATERIALIZED (
         SELECT delivery.id, delivery.event_id, delivery.schedule_step, webhook.id AS webhook_id, $3::uuid AS lease_id
           FROM webhooks webhook JOIN deliveries delivery ON delivery.webhook_id = webhook.id
          WHERE webhook.id = $2 AND delivery.state IN ('pending', 'failed') AND ${isUnclaimed} AND ${isFirstOfItsKey}
          ORDER BY delivery.due_at LIMIT 1
       ), ${claimed}`,
      [leaseMs, webhookId, leaseId],
    );
  }

  /** Ends leases under which nothing was sent. */
  async giveBack(leaseIds: string[]): Promise<void> {
    await this.database.manager().query(`DELETE FROM delivery_leases WHERE id = ANY ($1::uuid[])`, [leaseIds]);
  }

  /**
   * Ends leases that are over. What they covered may be claimed only then, and an outcome under one of them is ignored from then on. Nobody
   * waits for it, and it waits for nobody.
   */
  async endLeases(): Promise<void> {
    await this.database.manager().query(
      `DELETE FROM delivery_leases WHERE id IN (
         SELECT id FROM delivery_leases WHERE delivery_ids = '{}' OR lease_until <= now() FOR UPDATE SKIP LOCKED)`,
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
