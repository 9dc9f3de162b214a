import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One published event: the outbox row, and what is replayed from later. */
@Entity('events')
export class EventEntity {
  @PrimaryColumn('uuid', { default: () => 'uuidv7()' })
  id: string;

  @Column('text')
  type: string;

  /** Whom or what the event is about (for example a user id), for ordering and for deleting personal data. */
  @Column('text', { nullable: true })
  subject: string | null;

  @Column('jsonb')
  data: unknown;

  @Column('timestamptz', { name: 'occurred_at', default: () => 'now()' })
  occurredAt: Date;

  /** Null until every subscriber has taken the event over. */
  @Column('timestamptz', { name: 'dispatched_at', nullable: true })
  dispatchedAt: Date | null;
}
