import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Remembers by its sender's id that an event was accepted, so that sending it again makes no second one. */
@Entity('event_receipts')
@Index('event_receipts_age', ['acceptedAt'])
export class EventReceiptEntity {
  @PrimaryColumn('text', { name: 'client_event_id' })
  clientEventId: string;

  /** Of the event, or of the scheduled event. */
  @Column('uuid', { name: 'event_id' })
  eventId: string;

  @Column('boolean', { name: 'is_scheduled' })
  isScheduled: boolean;

  /** Of what was sent. */
  @Column('text')
  fingerprint: string;

  @Column('timestamptz', { name: 'accepted_at', default: () => 'now()' })
  acceptedAt: Date;
}
