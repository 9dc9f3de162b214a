import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Progress as a set of events, each counted once; `exercise_progress` becomes what they add up to. */
export class CreateProgressEvents1763685000000 implements MigrationInterface {
  readonly name = 'CreateProgressEvents1763685000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE progress_events (
        user_id uuid NOT NULL,
        source text NOT NULL CONSTRAINT progress_events_source CHECK (source IN ('server', 'client')),
        event_id text NOT NULL,
        exercise_id text NOT NULL,
        occurred_at timestamptz NOT NULL,
        received_at timestamptz NOT NULL DEFAULT now(),
        is_attempt boolean NOT NULL,
        is_activity boolean NOT NULL,
        time_spent_seconds integer NOT NULL CONSTRAINT progress_events_time_spent CHECK (time_spent_seconds >= 0),
        score smallint,
        has_passed boolean,
        execution_time_ms double precision,
        content_hash text,
        PRIMARY KEY (user_id, source, event_id)
      )`);
    await queryRunner.query(`CREATE INDEX progress_events_exercise ON progress_events (user_id, exercise_id)`);
    await queryRunner.query(
      `CREATE INDEX progress_events_time ON progress_events (user_id, occurred_at DESC) INCLUDE (is_activity)`,
    );

    await queryRunner.query(`
      ALTER TABLE exercise_progress
        ADD COLUMN time_spent_seconds integer NOT NULL DEFAULT 0,
        ADD COLUMN client_events integer NOT NULL DEFAULT 0,
        ADD COLUMN hints_revealed smallint NOT NULL DEFAULT 0,
        ADD COLUMN hints_claimed smallint NOT NULL DEFAULT 0,
        ADD COLUMN completion_claimed_at timestamptz,
        ADD COLUMN gave_up_at timestamptz,
        ADD COLUMN best_score smallint,
        ADD COLUMN last_code text,
        ADD COLUMN last_code_at timestamptz,
        ADD COLUMN last_activity_at timestamptz,
        ALTER COLUMN last_attempt_at DROP NOT NULL`);
    await queryRunner.query(`
      UPDATE exercise_progress SET last_activity_at = last_attempt_at,
        best_score = CASE WHEN best_solution IS NULL THEN NULL ELSE 100 END`);
    await queryRunner.query(`DROP INDEX exercise_progress_recent`);
    await queryRunner.query(
      `CREATE INDEX exercise_progress_active ON exercise_progress (user_id, last_activity_at DESC, exercise_id)`,
    );
    await queryRunner.query(`CREATE INDEX exercise_progress_completed ON exercise_progress (completed_at, user_id)`);

    // Runs from before the events are known only by their number: all but the one that completed are put at the last of them.
    await queryRunner.query(`
      INSERT INTO progress_events (user_id, source, event_id, exercise_id, occurred_at, is_attempt, is_activity,
        time_spent_seconds, score, has_passed, execution_time_ms)
      SELECT user_id, 'server', 'before:' || exercise_id || ':' || number, exercise_id,
          CASE WHEN number = 1 THEN coalesce(completed_at, last_attempt_at) ELSE last_attempt_at END, true, true, 0,
          CASE WHEN number = 1 AND completed_at IS NOT NULL THEN 100 END, number = 1 AND completed_at IS NOT NULL,
          CASE WHEN number = 1 THEN best_time_ms END
        FROM exercise_progress CROSS JOIN LATERAL generate_series(1, attempts) AS number`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    // Progress without a counted run, or without full marks, is unknown to the schema before.
    await queryRunner.query(`DELETE FROM exercise_progress WHERE last_attempt_at IS NULL`);
    await queryRunner.query(
      `UPDATE exercise_progress SET best_solution = NULL, best_time_ms = NULL WHERE best_score < 100`,
    );
    await queryRunner.query(`DROP INDEX exercise_progress_completed`);
    await queryRunner.query(`DROP INDEX exercise_progress_active`);
    await queryRunner.query(`
      ALTER TABLE exercise_progress
        DROP COLUMN time_spent_seconds, DROP COLUMN client_events, DROP COLUMN hints_revealed, DROP COLUMN hints_claimed,
        DROP COLUMN completion_claimed_at, DROP COLUMN gave_up_at, DROP COLUMN best_score, DROP COLUMN last_code,
        DROP COLUMN last_code_at, DROP COLUMN last_activity_at,
        ALTER COLUMN last_attempt_at SET NOT NULL`);
    await queryRunner.query(
      `CREATE INDEX exercise_progress_recent ON exercise_progress (user_id, last_attempt_at DESC)`,
    );
    await queryRunner.query(`DROP TABLE progress_events`);
  }
}
