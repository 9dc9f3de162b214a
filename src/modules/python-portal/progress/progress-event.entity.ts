import { Check, Column, Entity, PrimaryColumn } from 'typeorm';
import type { EventSource } from './progress.policy.js';

/**
 * One event that was counted. The code it came with is not kept here: the best and the last are in {@link ExerciseProgressEntity}.
 * Client and server events have names of their own, so that no device can take the name of a run before it is recorded.
 */
@Entity('progress_events')
@Check('progress_events_source', `source IN ('server', 'client')`)
@Check('progress_events_time_spent', 'time_spent_seconds >= 0')
export class ProgressEventEntity {
  @PrimaryColumn('uuid', { name: 'user_id' })
  userId: string;

  @PrimaryColumn('text')
  source: EventSource;

  @PrimaryColumn('text', { name: 'event_id' })
  eventId: string;

  @Column('text', { name: 'exercise_id' })
  exerciseId: string;

  /** As the device says, at most when it was received. */
  @Column('timestamptz', { name: 'occurred_at' })
  occurredAt: Date;

  @Column('timestamptz', { name: 'received_at', default: () => 'now()' })
  receivedAt: Date;

  @Column('boolean', { name: 'is_attempt' })
  isAttempt: boolean;

  /** Whether the person did something, which makes the day an active one. */
  @Column('boolean', { name: 'is_activity' })
  isActivity: boolean;

  @Column('integer', { name: 'time_spent_seconds' })
  timeSpentSeconds: number;

  /** Of a run here: percent of the tests that passed. */
  @Column('smallint', { nullable: true })
  score: number | null;

  @Column('boolean', { name: 'has_passed', nullable: true })
  hasPassed: boolean | null;

  @Column('double precision', { name: 'execution_time_ms', nullable: true })
  executionTimeMs: number | null;

  /** Of what a device sent, to tell a repetition from another event with the same name. */
  @Column('text', { name: 'content_hash', nullable: true })
  contentHash: string | null;
}
