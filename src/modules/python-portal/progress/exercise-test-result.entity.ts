import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How often one test of an exercise passed and failed in one person's runs. */
@Entity('exercise_test_results')
export class ExerciseTestResultEntity {
  @PrimaryColumn('uuid', { name: 'user_id' })
  userId: string;

  @PrimaryColumn('text', { name: 'exercise_id' })
  exerciseId: string;

  @PrimaryColumn('integer', { name: 'exercise_version' })
  exerciseVersion: number;

  @PrimaryColumn('text', { name: 'test_name' })
  testName: string;

  @Column('integer')
  passed: number;

  @Column('integer')
  failed: number;
}
