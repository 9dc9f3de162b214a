import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { WebhookEntity } from '../webhooks/webhook.entity.js';
import type { ReplayableState } from './replay.dto.js';

/** Deliveries of a range that are sent again, and how far that is. The row is the truth; jobs only go on with it. */
@Entity('delivery_replays')
export class ReplayEntity {
  @PrimaryColumn('uuid', { default: () => 'uuidv7()' })
  id: string;

  @ManyToOne(() => WebhookEntity, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'webhook_id', foreignKeyConstraintName: 'delivery_replays_webhook_id_fkey' })
  webhook?: WebhookEntity;

  @Column('uuid', { name: 'webhook_id' })
  webhookId: string;

  @Column('timestamptz', { name: 'from_time' })
  from: Date;

  @Column('timestamptz', { name: 'to_time' })
  to: Date;

  @Column('text', { array: true })
  states: ReplayableState[];

  /** Null for all. */
  @Column('text', { name: 'event_types', array: true, nullable: true })
  eventTypes: string[] | null;

  /** Deliveries of the webhook in the range when it began, of whatever state. */
  @Column('integer')
  total: number;

  @Column('integer', { default: 0 })
  examined: number;

  /** Those that fitted and will be sent again. */
  @Column('integer', { default: 0 })
  replayed: number;

  /** The last delivery that was looked at, or the beginning of the range. */
  @Column('uuid')
  cursor: string;

  @Column('uuid', { name: 'last_id' })
  lastId: string;

  @Column('text', { name: 'requested_by' })
  requestedBy: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt: Date | null;
}
