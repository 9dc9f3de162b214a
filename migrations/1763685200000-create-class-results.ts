import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How single tests fare, and classes that are graded again. */
export class CreateClassResults1763685200000 implements MigrationInterface {
  readonly name = 'CreateClassResults1763685200000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE exercise_test_results (
        user_id uuid NOT NULL,
        exercise_id text NOT NULL,
        exercise_version integer NOT NULL,
        test_name text NOT NULL,
        passed integer NOT NULL,
        failed integer NOT NULL,
        PRIMARY KEY (user_id, exercise_id, exercise_version, test_name)
      )`);
    await queryRunner.query(`
      CREATE TABLE regrades (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        class_name text NOT NULL,
        exercise_id text NOT NULL,
        exercise_version integer NOT NULL,
        requested_by text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        finished_at timestamptz
      )`);
    await queryRunner.query(
      `CREATE UNIQUE INDEX regrades_running ON regrades (class_name, exercise_id) WHERE finished_at IS NULL`,
    );
    await queryRunner.query(`CREATE INDEX regrades_class ON regrades (class_name, id DESC)`);
    await queryRunner.query(`
      CREATE TABLE regrade_items (
        regrade_id uuid NOT NULL CONSTRAINT regrade_items_regrade REFERENCES regrades (id) ON DELETE CASCADE,
        user_id uuid NOT NULL,
        state text NOT NULL DEFAULT 'pending'
          CONSTRAINT regrade_items_state CHECK (state IN ('pending', 'graded', 'failed')),
        was_completed boolean NOT NULL,
        due_at timestamptz NOT NULL DEFAULT now(),
        lease_id uuid,
        lease_until timestamptz,
        attempts integer NOT NULL DEFAULT 0,
        has_passed boolean,
        score smallint,
        error text,
        PRIMARY KEY (regrade_id, user_id)
      )`);
    await queryRunner.query(
      `CREATE INDEX regrade_items_due ON regrade_items (due_at, regrade_id) WHERE state = 'pending'`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE regrade_items`);
    await queryRunner.query(`DROP TABLE regrades`);
    await queryRunner.query(`DROP TABLE exercise_test_results`);
  }
}
