import type { MigrationInterface, QueryRunner } from 'typeorm';

/** People who wait for a place in a workshop, and workshops that are started for a whole class. */
export class QueueForWorkshops1763691100000 implements MigrationInterface {
  readonly name = 'QueueForWorkshops1763691100000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE workshop_class_starts (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        group_name text NOT NULL,
        workshop text NOT NULL,
        requested_by text NOT NULL,
        members integer NOT NULL,
        already_live integer NOT NULL,
        over_quota integer NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        terminated_at timestamptz
      )`);
    await queryRunner.query(`
      ALTER TABLE workshop_sessions
        ADD COLUMN waiting_since timestamptz,
        ADD COLUMN wait_until timestamptz,
        ADD COLUMN wait_portals text[],
        ADD COLUMN class_start_id uuid
          CONSTRAINT workshop_sessions_class_start_id_fkey REFERENCES workshop_class_starts ON DELETE SET NULL,
        DROP CONSTRAINT workshop_sessions_state_check,
        ADD CONSTRAINT workshop_sessions_state_check
          CHECK (state IN ('waiting', 'requested', 'pending', 'running', 'stopping', 'ended', 'failed')),
        ADD CONSTRAINT workshop_sessions_waiting_check CHECK (state <> 'waiting'
          OR (waiting_since IS NOT NULL AND wait_until IS NOT NULL AND wait_portals IS NOT NULL))`);
    await queryRunner.query(`DROP INDEX workshop_sessions_live`);
    await queryRunner.query(`
      CREATE UNIQUE INDEX workshop_sessions_live ON workshop_sessions (user_id, workshop)
        WHERE state IN ('waiting', 'requested', 'pending', 'running')`);
    await queryRunner.query(`
      CREATE INDEX workshop_sessions_waiting ON workshop_sessions (workshop, waiting_since, id) WHERE state = 'waiting'`);
    await queryRunner.query(`
      CREATE INDEX workshop_sessions_class_start ON workshop_sessions (class_start_id) WHERE class_start_id IS NOT NULL`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      UPDATE workshop_sessions SET state = 'failed', end_reason = 'refused', ended_at = now() WHERE state = 'waiting'`);
    await queryRunner.query(
      `DROP INDEX workshop_sessions_live, workshop_sessions_waiting, workshop_sessions_class_start`,
    );
    await queryRunner.query(`
      CREATE UNIQUE INDEX workshop_sessions_live ON workshop_sessions (user_id, workshop)
        WHERE state IN ('requested', 'pending', 'running')`);
    await queryRunner.query(`
      ALTER TABLE workshop_sessions
        DROP COLUMN waiting_since, DROP COLUMN wait_until, DROP COLUMN wait_portals, DROP COLUMN class_start_id,
        DROP CONSTRAINT workshop_sessions_state_check,
        ADD CONSTRAINT workshop_sessions_state_check
          CHECK (state IN ('requested', 'pending', 'running', 'stopping', 'ended', 'failed'))`);
    await queryRunner.query(`DROP TABLE workshop_class_starts`);
  }
}
