import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sessions of workshops on training portals, what the portals report of them, and when each portal was checked. */
export class CreateEducates1763683600000 implements MigrationInterface {
  readonly name = 'CreateEducates1763683600000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE training_portals (
        name text PRIMARY KEY,
        checked_at timestamptz NOT NULL
      )`);
    await queryRunner.query(`
      CREATE TABLE workshop_sessions (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        version integer NOT NULL DEFAULT 1,
        user_id uuid NOT NULL,
        workshop text NOT NULL,
        title text NOT NULL,
        portal text NOT NULL,
        portal_uid text NOT NULL,
        environment text NOT NULL,
        portal_user text NOT NULL,
        session_name text,
        state text NOT NULL DEFAULT 'requested' CONSTRAINT workshop_sessions_state_check
          CHECK (state IN ('requested', 'pending', 'running', 'stopping', 'ended', 'failed')),
        end_reason text,
        parameters jsonb NOT NULL,
        index_url text NOT NULL,
        timeout_seconds integer NOT NULL CONSTRAINT workshop_sessions_timeout_check CHECK (timeout_seconds > 0),
        activation_url text,
        activate_by timestamptz,
        launches integer NOT NULL DEFAULT 0,
        launched_at timestamptz,
        started_at timestamptz,
        expires_at timestamptz,
        ended_at timestamptz,
        progress jsonb,
        progress_at timestamptz,
        requested_at timestamptz NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      )`);
    // One session of a workshop for each person, however many ask for it at once.
    await queryRunner.query(`
      CREATE UNIQUE INDEX workshop_sessions_live ON workshop_sessions (user_id, workshop)
        WHERE state IN ('requested', 'pending', 'running')`);
    await queryRunner.query(`CREATE INDEX workshop_sessions_mine ON workshop_sessions (user_id, id)`);
    await queryRunner.query(`
      CREATE INDEX workshop_sessions_unsettled ON workshop_sessions (portal)
        WHERE state IN ('requested', 'pending', 'running', 'stopping')`);
    await queryRunner.query(`CREATE INDEX workshop_sessions_portal_user ON workshop_sessions (portal_user)`);
    // Portals send each event once or twice and without an id: this is the whole identity that it has.
    await queryRunner.query(`
      CREATE TABLE workshop_session_events (
        session_id uuid NOT NULL
          CONSTRAINT workshop_session_events_session_id_fkey REFERENCES workshop_sessions ON DELETE CASCADE,
        name text NOT NULL,
        occurred_at timestamptz NOT NULL,
        session_name text,
        data jsonb NOT NULL,
        received_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (session_id, name, occurred_at)
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE workshop_session_events, workshop_sessions, training_portals`);
  }
}
