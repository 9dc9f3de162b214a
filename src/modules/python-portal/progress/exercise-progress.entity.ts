import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** What one person has done with one exercise; counted only from runs that this server made. */
@Entity('exercise_progress')
@Check('exercise_progress_attempts_check', 'attempts >= 0')
export class ExerciseProgressEntity {
  @PrimaryColumn('uuid', { name: 'user_id' })
  userId: string;

  @PrimaryColumn('text', { name: 'exercise_id' })
  exerciseId: string;

  @Column('integer')
  attempts: number;

  /** When the tests first passed; null until then. */
  @Column('timestamptz', { name: 'completed_at', nullable: true })
  completedAt: Date | null;

  /** The quickest code that passed. */
  @Column('text', { name: 'best_solution', nullable: true })
  bestSolution: string | null;

  @Column('double precision', { name: 'best_time_ms', nullable: true })
  bestTimeMs: number | null;

  @Column('timestamptz', { name: 'last_attempt_at' })
  lastAttemptAt: Date;
}
