import { Check, Column, Entity, PrimaryColumn } from 'typeorm';
import type { StoredDeliveryState } from './delivery-state.js';

/** One event for one webhook: the row is the queue, the record of what happened, and what is sent again. */
@Entity('deliveries')
@Check('deliveries_state_check', `state IN ('pending', 'failed', 'delivered', 'exhausted', 'cancelled')`)
export class DeliveryEntity {
  @PrimaryColumn('uuid', { default: () => 'uuidv7()' })
  id: string;

  @Column('uuid', { name: 'event_id' })
  eventId: string;

  @Column('text', { name: 'event_type' })
  eventType: string;

  @Column('uuid', { name: 'webhook_id' })
  webhookId: string;

  @Column('uuid', { name: 'integration_id' })
  integrationId: string;

  /** The event's subject, when its webhook asked for order; of those with one key the earliest event goes first. */
  @Column('text', { name: 'order_key', nullable: true })
  orderKey: string | null;

  @Column('text', { default: 'pending' })
  state: StoredDeliveryState;

  /** When the next attempt may be made, while `pending` or `failed`. */
  @Column('timestamptz', { name: 'due_at', default: () => 'now()' })
  dueAt: Date;

  /** How many entries of the retry schedule are used up; starts again when the delivery is resent. */
  @Column('smallint', { name: 'schedule_step', default: 0 })
  scheduleStep: number;

  /** All attempts ever made, also those of earlier schedules. */
  @Column('integer', { name: 'attempt_count', default: 0 })
  attemptCount: number;

  @Column('smallint', { name: 'last_status', nullable: true })
  lastStatus: number | null;

  @Column('text', { name: 'last_error', nullable: true })
  lastError: string | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt: Date | null;
}
