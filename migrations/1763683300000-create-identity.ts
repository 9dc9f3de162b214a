import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Accounts and guests, their sessions and refresh tokens, grants, failed logins, and the append-only audit log. */
export class CreateIdentity1763683300000 implements MigrationInterface {
  readonly name = 'CreateIdentity1763683300000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE users (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        role text NOT NULL,
        email text,
        username text,
        name text,
        student_id text,
        password_hash text,
        created_at timestamptz NOT NULL DEFAULT now(),
        last_login_at timestamptz,
        disabled_at timestamptz,
        CONSTRAINT users_role CHECK (role IN ('guest', 'student', 'instructor', 'admin')),
        CONSTRAINT users_guest_without_credentials
          CHECK (num_nulls(email, name, password_hash) = CASE role WHEN 'guest' THEN 3 ELSE 0 END)
      )`);
    await queryRunner.query(`CREATE UNIQUE INDEX users_email ON users (lower(email))`);
    await queryRunner.query(`CREATE UNIQUE INDEX users_username ON users (lower(username))`);
    await queryRunner.query(`CREATE INDEX users_role_id ON users (role, id)`);
    await queryRunner.query(`CREATE INDEX users_guests_by_age ON users (created_at) WHERE role = 'guest'`);

    await queryRunner.query(`
      CREATE TABLE sessions (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        user_id uuid NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        last_used_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        revoked_at timestamptz,
        revoked_for text,
        address text,
        user_agent text,
        CONSTRAINT sessions_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
      )`);
    await queryRunner.query(`CREATE INDEX sessions_user_last_used ON sessions (user_id, last_used_at DESC)`);
    await queryRunner.query(`CREATE INDEX sessions_expires_at ON sessions (expires_at)`);

    await queryRunner.query(`
      CREATE TABLE refresh_tokens (
        token_hash bytea PRIMARY KEY,
        session_id uuid NOT NULL,
        expires_at timestamptz NOT NULL,
        spent_at timestamptz,
        CONSTRAINT refresh_tokens_session FOREIGN KEY (session_id) REFERENCES sessions (id) ON DELETE CASCADE
      )`);
    await queryRunner.query(`CREATE INDEX refresh_tokens_session_id ON refresh_tokens (session_id)`);
    await queryRunner.query(`CREATE INDEX refresh_tokens_expires_at ON refresh_tokens (expires_at)`);

    // The layout that rate-limiter-flexible expects.
    await queryRunner.query(`
      CREATE TABLE login_attempts (
        key varchar(255) PRIMARY KEY,
        points integer NOT NULL DEFAULT 0,
        expire bigint
      )`);

    await queryRunner.query(`
      CREATE TABLE grants (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        subject_kind text NOT NULL,
        subject_id text NOT NULL,
        action text NOT NULL,
        resource text NOT NULL,
        created_by text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT grants_subject_kind CHECK (subject_kind IN ('user', 'role', 'group'))
      )`);
    await queryRunner.query(
      `CREATE UNIQUE INDEX grants_subject_action_resource ON grants (subject_kind, subject_id, action, resource)`,
    );
    await queryRunner.query(`CREATE INDEX grants_action ON grants (action)`);
    await queryRunner.query(`CREATE INDEX grants_action_patterns ON grants (action) WHERE action LIKE '%*%'`);
    await queryRunner.query(`
      CREATE TABLE group_members (
        group_name text NOT NULL,
        user_id uuid NOT NULL,
        added_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (group_name, user_id),
        CONSTRAINT group_members_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
      )`);
    await queryRunner.query(`CREATE INDEX group_members_user_id ON group_members (user_id)`);

    await this.createAuditLog(queryRunner);
  }

  /**
   * Rows are never updated. They are deleted only once they are 30 days old or older, and only by a transaction that says so with
   * `SET LOCAL lyceum.audit_retention = 'on'`: that is the retention path.
   */
  private async createAuditLog(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE audit_entries (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        occurred_at timestamptz NOT NULL DEFAULT now(),
        action text NOT NULL,
        actor text NOT NULL,
        subject text,
        address text,
        correlation_id text,
        details jsonb NOT NULL DEFAULT '{}'
      )`);
    await queryRunner.query(`CREATE INDEX audit_entries_action ON audit_entries (action, id)`);
    await queryRunner.query(`CREATE INDEX audit_entries_actor ON audit_entries (actor, id)`);
    await queryRunner.query(`CREATE INDEX audit_entries_subject ON audit_entries (subject, id)`);
    await queryRunner.query(`CREATE INDEX audit_entries_occurred_at ON audit_entries (occurred_at)`);
    await queryRunner.query(`
      CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP = 'DELETE' THEN
          IF current_setting('lyceum.audit_retention', true) = 'on' AND OLD.occurred_at <= now() - interval '30 days' THEN
            RETURN OLD;
          END IF;
        END IF;
        RAISE EXCEPTION 'audit_entries is append-only' USING ERRCODE = 'restrict_violation';
      END $$`);
    await queryRunner.query(`
      CREATE TRIGGER audit_entries_are_append_only BEFORE UPDATE OR DELETE ON audit_entries
        FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()`);
    await queryRunner.query(`
      CREATE TRIGGER audit_entries_are_not_truncated BEFORE TRUNCATE ON audit_entries
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE audit_entries`);
    await queryRunner.query(`DROP FUNCTION refuse_audit_change`);
    await queryRunner.query(`DROP TABLE group_members, grants, login_attempts, refresh_tokens, sessions, users`);
  }
}
