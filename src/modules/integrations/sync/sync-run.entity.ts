import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

export const syncTriggers = ['schedule', 'manual'] as const;
export type SyncTrigger = (typeof syncTriggers)[number];

/**
 * `partial`: some of it was rejected or refused, or it stopped before the end because the other system asked for it or time was over,
 * and the next run goes on.
 */
export const syncRunStates = ['queued', 'running', 'succeeded', 'partial', 'failed', 'cancelled'] as const;
export type SyncRunState = (typeof syncRunStates)[number];

const count = { transformer: { to: (value: number) => value, from: Number }, default: 0 };

/** One run of an integration, also when several processes had it one after the other. */
@Entity('sync_runs')
@Check('sync_runs_direction_check', `direction IN ('pull', 'push')`)
@Check('sync_runs_trigger_check', `trigger IN ('schedule', 'manual')`)
@Check('sync_runs_state_check', `state IN ('queued', 'running', 'succeeded', 'partial', 'failed', 'cancelled')`)
export class SyncRunEntity {
  @PrimaryColumn('uuid', { default: () => 'uuidv7()' })
  id: string;

  @Column('uuid', { name: 'integration_id' })
  integrationId: string;

  @Column('text', { nullable: true })
  direction: 'pull' | 'push' | null;

  @Column('text')
  trigger: SyncTrigger;

  @Column('text')
  state: SyncRunState;

  /** How often another process went on with it. */
  @Column('integer', { default: 0 })
  takeovers: number;

  @Column('timestamptz', { name: 'cancel_requested_at', nullable: true })
  cancelRequestedAt: Date | null;

  @Column('bigint', { name: 'read_count', ...count })
  readCount: number;

  @Column('bigint', { name: 'created_count', ...count })
  createdCount: number;

  @Column('bigint', { name: 'updated_count', ...count })
  updatedCount: number;

  @Column('bigint', { name: 'unchanged_count', ...count })
  unchangedCount: number;

  @Column('bigint', { name: 'deleted_count', ...count })
  deletedCount: number;

  @Column('bigint', { name: 'rejected_count', ...count })
  rejectedCount: number;

  @Column('bigint', { name: 'sent_count', ...count })
  sentCount: number;

  @Column('bigint', { name: 'refused_count', ...count })
  refusedCount: number;

  @Column('text', { name: 'error_kind', nullable: true })
  errorKind: string | null;

  @Column('text', { name: 'error_message', nullable: true })
  errorMessage: string | null;

  @Column('timestamptz', { name: 'next_run_at', nullable: true })
  nextRunAt: Date | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'started_at', nullable: true })
  startedAt: Date | null;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt: Date | null;
}
