import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An event that a mapping has published. */
export interface MappedEvent {
  eventId: string;
  event: string;
}

/** A webhook that another system posted, with the very bytes that it sent. Its state follows from its times, see `request-state.ts`. */
@Entity('incoming_requests')
export class IncomingRequestEntity {
  @PrimaryColumn('uuid', { default: () => 'uuidv7()' })
  id: string;

  @Column('uuid', { name: 'source_id' })
  sourceId: string;

  @Column('uuid', { name: 'integration_id' })
  integrationId: string;

  /** The sender's own id of this webhook; the same one is kept only once for a source. */
  @Column('text', { name: 'sender_delivery_id', nullable: true })
  senderDeliveryId: string | null;

  /** Those that may be kept, in lower case. */
  @Column('jsonb')
  headers: Record<string, string>;

  @Column('bytea')
  body: Buffer;

  /** The `webhook.received` event that was published for it. */
  @Column('uuid', { name: 'event_id', nullable: true })
  eventId: string | null;

  /** What the source's mapping made of it. */
  @Column('jsonb', { name: 'mapped_events', default: [] })
  mappedEvents: MappedEvent[];

  @Column('timestamptz', { name: 'received_at', default: () => 'now()' })
  receivedAt: Date;

  @Column('timestamptz', { name: 'due_at', default: () => 'now()' })
  dueAt: Date;

  /** Since it was received or last replayed. */
  @Column('integer', { name: 'attempt_count', default: 0 })
  attemptCount: number;

  @Column('text', { name: 'last_error', nullable: true })
  lastError: string | null;

  /** When the last attempt had failed; null while there is one to come. */
  @Column('timestamptz', { name: 'failed_at', nullable: true })
  failedAt: Date | null;

  /** Null until its events are published. */
  @Column('timestamptz', { name: 'processed_at', nullable: true })
  processedAt: Date | null;
}
