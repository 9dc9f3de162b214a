import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Asynchronous runs, graded results that are used again, and answers under idempotency keys. All are kept for a day or so.
 *
 * Results are `json`, not `jsonb`: a program may print U+0000, which only the former can hold.
 */
export class CreateExecutions1763684000000 implements MigrationInterface {
  readonly name = 'CreateExecutions1763684000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE executions (
        id uuid DEFAULT uuidv7() PRIMARY KEY,
        owner text NOT NULL,
        exercise_id text,
        is_graded boolean NOT NULL,
        state text NOT NULL CHECK (state IN ('queued', 'running', 'finished', 'cancelled', 'failed', 'lost')),
        queue_position integer,
        runner_id uuid NOT NULL,
        lease_until timestamptz NOT NULL,
        result json,
        problem json,
        created_at timestamptz DEFAULT now() NOT NULL,
        started_at timestamptz,
        finished_at timestamptz
      )`);
    await queryRunner.query(
      `CREATE INDEX executions_running ON executions (lease_until) WHERE state IN ('queued', 'running')`,
    );
    await queryRunner.query(`CREATE INDEX executions_ended ON executions (finished_at)`);
    await queryRunner.query(`
      CREATE TABLE graded_results (
        digest text PRIMARY KEY,
        result json NOT NULL,
        created_at timestamptz DEFAULT now() NOT NULL
      )`);
    await queryRunner.query(`CREATE INDEX graded_results_age ON graded_results (created_at)`);
    await queryRunner.query(`
      CREATE TABLE idempotency_keys (
        caller text NOT NULL,
        scope text NOT NULL,
        key text NOT NULL,
        fingerprint text NOT NULL,
        holder uuid NOT NULL,
        lease_until timestamptz NOT NULL,
        answer json,
        created_at timestamptz DEFAULT now() NOT NULL,
        PRIMARY KEY (caller, scope, key)
      )`);
    await queryRunner.query(`CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of ['idempotency_keys', 'graded_results', 'executions']) {
      await queryRunner.query(`DROP TABLE ${table}`);
    }
  }
}
