import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A webhook that another system posted, with the very bytes that it sent. */
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

  @Column('timestamptz', { name: 'received_at', default: () => 'now()' })
  receivedAt: Date;

  /** Null until the event is published. */
  @Column('timestamptz', { name: 'processed_at', nullable: true })
  processedAt: Date | null;
}
