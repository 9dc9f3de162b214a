import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { WorkshopSessionEntity } from '../sessions/workshop-session.entity.js';

/** One thing that a portal reported of a session, once however often it was sent. */
@Entity('workshop_session_events')
export class SessionEventEntity {
  @PrimaryColumn('uuid', { name: 'session_id' })
  sessionId: string;

  @ManyToOne(() => WorkshopSessionEntity, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'session_id', foreignKeyConstraintName: 'workshop_session_events_session_id_fkey' })
  session?: WorkshopSessionEntity;

  @PrimaryColumn('text')
  name: string;

  @PrimaryColumn('timestamptz', { name: 'occurred_at' })
  occurredAt: Date;

  /** Which of the portal's sessions it is about: one of ours can become another one there. */
  @Column('text', { name: 'session_name', nullable: true })
  sessionName: string | null;

  @Column('jsonb')
  data: Record<string, unknown>;

  @Column('timestamptz', { name: 'received_at', default: () => 'now()' })
  receivedAt: Date;
}
