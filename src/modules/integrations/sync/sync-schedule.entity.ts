import { Check, Column, Entity, JoinColumn, OneToOne, PrimaryColumn } from 'typeorm';
import { IntegrationEntity } from '../integrations/integration.entity.js';

/** `authentication`: the credentials were refused several times in a row; `admin`: somebody said so. */
export type PauseReason = 'admin' | 'authentication';

/** When an integration is synchronised next, and where its source is to be read on. Made when it is activated first. */
@Entity('sync_schedules')
@Check('sync_schedules_pause_reason_check', `pause_reason IN ('admin', 'authentication')`)
export class SyncScheduleEntity {
  @PrimaryColumn('uuid', { name: 'integration_id' })
  integrationId: string;

  @OneToOne(() => IntegrationEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'integration_id', foreignKeyConstraintName: 'sync_schedules_integration_id_fkey' })
  integration?: IntegrationEntity;

  /** When a process is to look at it: for the next run, or because the lease of this one is over. Null: not by itself. */
  @Column('timestamptz', { name: 'due_at', nullable: true })
  dueAt: Date | null;

  /** By the schedule, or later after failures; null while there is none. */
  @Column('timestamptz', { name: 'next_run_at', nullable: true })
  nextRunAt: Date | null;

  /** Fencing token of the process that has the run; what a run commits is checked against it under the lock of this row. */
  @Column('uuid', { name: 'lease_token', nullable: true })
  leaseToken: string | null;

  /** The run that is queued or under way. */
  @Column('uuid', { name: 'run_id', nullable: true })
  runId: string | null;

  @Column('integer', { name: 'consecutive_failures', default: 0 })
  consecutiveFailures: number;

  @Column('integer', { name: 'authentication_failures', default: 0 })
  authenticationFailures: number;

  @Column('timestamptz', { name: 'paused_at', nullable: true })
  pausedAt: Date | null;

  @Column('text', { name: 'pause_reason', nullable: true })
  pauseReason: PauseReason | null;

  /** Of the last run; null when it did not fail. */
  @Column('text', { name: 'last_error', nullable: true })
  lastError: string | null;

  /** Counts the passes over the source; one pass may take several runs. */
  @Column('integer', { name: 'pass_number', default: 0 })
  passNumber: number;

  /** Whether pages of this pass are stored and its end is not. */
  @Column('boolean', { name: 'is_pass_unfinished', default: false })
  isPassUnfinished: boolean;

  /** Of the last page that was stored, as the connector made it. */
  @Column('jsonb', { nullable: true })
  checkpoint: unknown;

  /** Where the pass began. */
  @Column('jsonb', { name: 'last_pass_checkpoint', nullable: true })
  lastPassCheckpoint: unknown;

  /** The source was read to its end; what is missing in it is still to be marked as deleted. */
  @Column('jsonb', { name: 'pass_end', nullable: true })
  passEnd: unknown;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt: Date;
}
