import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { pageOf, type Page } from '../page-query.dto.js';
import { DeliveryAttemptEntity } from './delivery-attempt.entity.js';
import { DeliveryPageStatement, type DeliveryFilter } from './delivery-page-statement.js';
import type { DeliveryState } from './delivery-state.js';
import { isEndpointClosed, shown } from './shown-delivery.sql.js';

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

/** Deliveries as admins see them. */
@Injectable()
export class DeliveriesRepository {
  constructor(private readonly database: Database) {}

  /** Newest first. */
  async list(filter: DeliveryFilter, limit: number, cursor?: string): Promise<Page<DeliveryView>> {
    const statement = new DeliveryPageStatement(filter, limit, cursor);
    const run = (sql: string) => this.database.manager().query<DeliveryView[]>(sql, statement.parameters);
    const newest = statement.ofNewest === null ? [] : await run(statement.ofNewest);
    return pageOf(newest.length > limit ? newest : await run(statement.ofAll), limit);
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
