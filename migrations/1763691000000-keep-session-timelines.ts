import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The course of each workshop session, step by step. */
export class KeepSessionTimelines1763691000000 implements MigrationInterface {
  readonly name = 'KeepSessionTimelines1763691000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE workshop_session_steps (
        session_id uuid NOT NULL
          CONSTRAINT workshop_session_steps_session_id_fkey REFERENCES workshop_sessions ON DELETE CASCADE,
        version integer NOT NULL,
        state text NOT NULL,
        portal text NOT NULL,
        end_reason text,
        expires_at timestamptz,
        occurred_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (session_id, version)
      )`);
    // Of older sessions the beginning is known, and what they are now.
    await queryRunner.query(`
      INSERT INTO workshop_session_steps (session_id, version, state, portal, occurred_at)
      SELECT id, 1, 'requested', portal, created_at FROM workshop_sessions`);
    await queryRunner.query(`
      INSERT INTO workshop_session_steps (session_id, version, state, portal, end_reason, expires_at, occurred_at)
      SELECT id, version, state, portal, end_reason, expires_at, coalesce(ended_at, started_at, requested_at)
        FROM workshop_sessions WHERE version > 1`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE workshop_session_steps`);
  }
}
