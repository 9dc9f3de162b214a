import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import type { EndReason, SessionState } from './session-state.js';
import { WorkshopSessionEntity } from './workshop-session.entity.js';

/** What a session was from one moment on. */
@Entity('workshop_session_steps')
export class SessionStepEntity {
  @PrimaryColumn('uuid', { name: 'session_id' })
  sessionId: string;

  @ManyToOne(() => WorkshopSessionEntity, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'session_id', foreignKeyConstraintName: 'workshop_session_steps_session_id_fkey' })
  session?: WorkshopSessionEntity;

  /** The session's version that this made. */
  @PrimaryColumn('integer')
  version: number;

  @Column('text')
  state: SessionState;

  @Column('text')
  portal: string;

  @Column('text', { name: 'end_reason', nullable: true })
  endReason: EndReason | null;

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt: Date | null;

  @Column('timestamptz', { name: 'occurred_at', default: () => 'clock_timestamp()' })
  occurredAt: Date;
}
