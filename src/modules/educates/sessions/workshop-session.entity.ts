import { Check, Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { ClassStartEntity } from '../classes/class-start.entity.js';
import type { EndReason, SessionProgress, SessionState } from './session-state.js';

/** One session of a workshop: ours, and what we know of the portal's. Written before the portal is asked. */
@Entity('workshop_sessions')
@Check(
  'workshop_sessions_state_check',
  `state IN ('waiting', 'requested', 'pending', 'running', 'stopping', 'ended', 'failed')`,
)
@Check(
  'workshop_sessions_waiting_check',
  `state <> 'waiting' OR (waiting_since IS NOT NULL AND wait_until IS NOT NULL AND wait_portals IS NOT NULL)`,
)
@Check('workshop_sessions_timeout_check', 'timeout_seconds > 0')
export class WorkshopSessionEntity {
  @PrimaryColumn('uuid', { default: () => 'uuidv7()' })
  id: string;

  /** Counts changes; a change is made only to the version that it was decided on. */
  @Column('integer', { default: 1 })
  version: number;

  @Column('uuid', { name: 'user_id' })
  userId: string;

  /** The name in the catalogue. */
  @Column('text')
  workshop: string;

  @Column('text')
  title: string;

  @Column('text')
  portal: string;

  /** Names of environments and sessions mean something only together with this: they begin anew with a new installation. */
  @Column('text', { name: 'portal_uid' })
  portalUid: string;

  @Column('text')
  environment: string;

  /** Who the learner is to the portal. */
  @Column('text', { name: 'portal_user' })
  portalUser: string;

  /** What the portal calls the session; null until it has said so. */
  @Column('text', { name: 'session_name', nullable: true })
  sessionName: string | null;

  @Column('text', { default: 'requested' })
  state: SessionState;

  @Column('text', { name: 'end_reason', nullable: true })
  endReason: EndReason | null;

  @Column('jsonb')
  parameters: Record<string, string>;

  @Column('text', { name: 'index_url' })
  indexUrl: string;

  @Column('integer', { name: 'timeout_seconds' })
  timeoutSeconds: number;

  /** Sealed: whoever has it is the learner. */
  @Column('text', { name: 'activation_url', nullable: true })
  activationUrl: string | null;

  /** When the portal takes the place back unless the learner came. */
  @Column('timestamptz', { name: 'activate_by', nullable: true })
  activateBy: Date | null;

  @Column('integer', { default: 0 })
  launches: number;

  /** When the learner was last sent to the portal. */
  @Column('timestamptz', { name: 'launched_at', nullable: true })
  launchedAt: Date | null;

  @Column('timestamptz', { name: 'started_at', nullable: true })
  startedAt: Date | null;

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt: Date | null;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt: Date | null;

  @Column('jsonb', { nullable: true })
  progress: SessionProgress | null;

  @Column('timestamptz', { name: 'progress_at', nullable: true })
  progressAt: Date | null;

  /** When the portal was last asked for the session. */
  @Column('timestamptz', { name: 'requested_at' })
  requestedAt: Date;

  /** Its place in the waiting list; kept when a place that was free is taken after all. */
  @Column('timestamptz', { name: 'waiting_since', nullable: true })
  waitingSince: Date | null;

  /** Until when its learner wants to wait; null when they do not. */
  @Column('timestamptz', { name: 'wait_until', nullable: true })
  waitUntil: Date | null;

  /** The portals on which the learner may start the workshop and wants to. */
  @Column('text', { name: 'wait_portals', array: true, nullable: true })
  waitPortals: string[] | null;

  /** The class that it was requested for. */
  @Column('uuid', { name: 'class_start_id', nullable: true })
  classStartId: string | null;

  @ManyToOne(() => ClassStartEntity, { nullable: true, onDelete: 'SET NULL' })
  @JoinColumn({ name: 'class_start_id', foreignKeyConstraintName: 'workshop_sessions_class_start_id_fkey' })
  classStart?: ClassStartEntity | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;
}
