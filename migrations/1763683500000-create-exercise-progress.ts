import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What each person has done with each exercise. */
export class CreateExerciseProgress1763683500000 implements MigrationInterface {
  readonly name = 'CreateExerciseProgress1763683500000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE exercise_progress (
        user_id uuid NOT NULL,
        exercise_id text NOT NULL,
        attempts integer NOT NULL CHECK (attempts >= 0),
        completed_at timestamptz,
        best_solution text,
        best_time_ms double precision,
        last_attempt_at timestamptz NOT NULL,
        PRIMARY KEY (user_id, exercise_id)
      )`);
    await queryRunner.query(
      `CREATE INDEX exercise_progress_recent ON exercise_progress (user_id, last_attempt_at DESC)`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE exercise_progress`);
  }
}
