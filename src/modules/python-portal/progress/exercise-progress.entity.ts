import { Check, Column, Entity, PrimaryColumn } from 'typeorm';
import type { ProgressState } from './progress.policy.js';

/** What one person has done with one exercise: what that person's events add up to. */
@Entity('exercise_progress')
@Check('exercise_progress_attempts_check', 'attempts >= 0')
export class ExerciseProgressEntity implements ProgressState {
  @PrimaryColumn('uuid', { name: 'user_id' })
  userId: string;

  @PrimaryColumn('text', { name: 'exercise_id' })
  exerciseId: string;

  @Column('integer')
  attempts: number;

  @Column('integer', { name: 'time_spent_seconds', default: 0 })
  timeSpentSeconds: number;

  /** How many events devices have sent; bounded. */
  @Column('integer', { name: 'client_events', default: 0 })
  clientEvents: number;

  @Column('smallint', { name: 'hints_revealed', default: 0 })
  hintsRevealed: number;

  @Column('smallint', { name: 'hints_claimed', default: 0 })
  hintsClaimed: number;

  /** When the tests first passed here; null until then. */
  @Column('timestamptz', { name: 'completed_at', nullable: true })
  completedAt: Date | null;

  /** When a device says that they first passed there; never counts as completed. */
  @Column('timestamptz', { name: 'completion_claimed_at', nullable: true })
  completionClaimedAt: Date | null;

  @Column('timestamptz', { name: 'gave_up_at', nullable: true })
  gaveUpAt: Date | null;

  /** The code that passed the largest share of the tests, the quickest of these. */
  @Column('text', { name: 'best_solution', nullable: true })
  bestSolution: string | null;

  /** Percent of the tests. */
  @Column('smallint', { name: 'best_score', nullable: true })
  bestScore: number | null;

  @Column('double precision', { name: 'best_time_ms', nullable: true })
  bestTimeMs: number | null;

  @Column('text', { name: 'last_code', nullable: true })
  lastCode: string | null;

  @Column('timestamptz', { name: 'last_code_at', nullable: true })
  lastCodeAt: Date | null;

  @Column('timestamptz', { name: 'last_attempt_at', nullable: true })
  lastAttemptAt: Date | null;

  @Column('timestamptz', { name: 'last_activity_at', nullable: true })
  lastActivityAt: Date | null;
}
