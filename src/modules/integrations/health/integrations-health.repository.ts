import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';

export interface IntegrationCounts {
  totalIntegrations: number;
  activeIntegrations: number;
  disabledWebhooks: number;
}

/** What waits for one endpoint. */
export interface EndpointBacklog {
  webhookId: string;
  integrationId: string;
  pending: number;
  /** Since the oldest of them was made, in seconds. */
  oldestSeconds: number;
}

export interface Backlog {
  /** To be sent now or later. */
  pendingDeliveries: number;
  /** Waiting for their webhook or integration to become active. */
  heldDeliveries: number;
  /** Since the oldest delivery that may be sent has been due, in seconds; null when nothing is due. */
  oldestDueSeconds: number | null;
  /** Since the oldest delivery that is neither delivered nor given up was made, held ones included, in seconds. */
  oldestPendingSeconds: number | null;
  unprocessedIncoming: number;
}

@Injectable()
export class IntegrationsHealthRepository {
  constructor(private readonly database: Database) {}

  async countIntegrations(): Promise<IntegrationCounts> {
    const [row] = await this.database.manager().query<[IntegrationCounts]>(
      `SELECT count(*)::int AS "totalIntegrations", count(*) FILTER (WHERE status = 'active')::int AS "activeIntegrations",
         (SELECT count(*)::int FROM webhooks WHERE state = 'disabled') AS "disabledWebhooks"
       FROM integrations`,
    );
    return row;
  }

  async measureBacklog(): Promise<Backlog> {
    const [row] = await this.database.manager().query<[Backlog]>(
      `SELECT count(*) FILTER (WHERE is_open)::int AS "pendingDeliveries",
         count(*) FILTER (WHERE NOT is_open)::int AS "heldDeliveries",
         extract(epoch FROM now() - min(due_at) FILTER (WHERE is_open AND due_at <= now()))::float8 AS "oldestDueSeconds",
         extract(epoch FROM now() - min(created_at))::float8 AS "oldestPendingSeconds",
         (SELECT count(*)::int FROM incoming_requests WHERE processed_at IS NULL) AS "unprocessedIncoming"
       FROM (
         SELECT delivery.due_at, delivery.created_at, webhook.state = 'active' AND integration.status = 'active' AS is_open
           FROM deliveries delivery
           JOIN webhooks webhook ON webhook.id = delivery.webhook_id
           JOIN integrations integration ON integration.id = webhook.integration_id
          WHERE delivery.state IN ('pending', 'failed')
       ) AS backlog`,
    );
    return row;
  }

  /** The endpoints with most to be delivered. */
  listBacklogs(limit: number): Promise<EndpointBacklog[]> {
    return this.database.manager().query<EndpointBacklog[]>(
      `SELECT webhook_id AS "webhookId", integration_id AS "integrationId", count(*)::int AS pending,
         extract(epoch FROM now() - min(created_at))::float8 AS "oldestSeconds"
         FROM deliveries WHERE state IN ('pending', 'failed')
        GROUP BY webhook_id, integration_id ORDER BY pending DESC, webhook_id LIMIT $1`,
      [limit],
    );
  }

  /**
   * Log entries of the last hour by status, the newest `limit` of them. Ids begin with their time, so the primary keys lead there.
   */
  async countRecentActivity(limit: number): Promise<Record<string, number>> {
    const rows = await this.database.manager().query<{ status: string; count: number }[]>(
      `SELECT status, count(*)::int AS count FROM (
         SELECT status FROM integration_logs WHERE id >= (SELECT uuidv7(interval '-1 hour')) ORDER BY id DESC LIMIT $1
       ) AS recent GROUP BY status`,
      [limit],
    );
    return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
  }
}
