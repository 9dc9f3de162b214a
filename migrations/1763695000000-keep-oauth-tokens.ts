import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tokens that are got for integrations, and the authorizations of admins that are under way. */
export class KeepOauthTokens1763695000000 implements MigrationInterface {
  readonly name = 'KeepOauthTokens1763695000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE oauth_tokens (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        integration_id uuid NOT NULL
          CONSTRAINT oauth_tokens_integration_id_fkey REFERENCES integrations ON DELETE CASCADE,
        binding text NOT NULL,
        access_token text,
        refresh_token text,
        scope text,
        state text NOT NULL DEFAULT 'waiting'
          CONSTRAINT oauth_tokens_state_check CHECK (state IN ('waiting', 'connected', 'failing', 'needs_reconnect')),
        expires_at timestamptz,
        refresh_at timestamptz,
        reconnect_by timestamptz,
        refreshed_at timestamptz,
        forced_at timestamptz,
        last_error text,
        failures integer NOT NULL DEFAULT 0,
        refusals integer NOT NULL DEFAULT 0,
        retry_at timestamptz,
        claim_id uuid,
        claimed_until timestamptz
      )`);
    await queryRunner.query(`CREATE UNIQUE INDEX oauth_tokens_integration ON oauth_tokens (integration_id)`);
    await queryRunner.query(
      `CREATE INDEX oauth_tokens_troubled ON oauth_tokens (state) WHERE state IN ('failing', 'needs_reconnect')`,
    );
    await queryRunner.query(
      `CREATE INDEX oauth_tokens_refresh_at ON oauth_tokens (refresh_at) WHERE refresh_token IS NOT NULL`,
    );
    await queryRunner.query(
      `CREATE INDEX oauth_tokens_reconnect_by ON oauth_tokens (reconnect_by) WHERE reconnect_by IS NOT NULL`,
    );
    await queryRunner.query(`
      CREATE TABLE oauth_authorizations (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        integration_id uuid NOT NULL
          CONSTRAINT oauth_authorizations_integration_id_fkey REFERENCES integrations ON DELETE CASCADE,
        state_hash text NOT NULL,
        browser_hash text NOT NULL,
        code_verifier text NOT NULL,
        binding text NOT NULL,
        actor text NOT NULL,
        expires_at timestamptz NOT NULL
      )`);
    await queryRunner.query(`CREATE UNIQUE INDEX oauth_authorizations_state_hash ON oauth_authorizations (state_hash)`);
    await queryRunner.query(`CREATE INDEX oauth_authorizations_integration ON oauth_authorizations (integration_id)`);
    await queryRunner.query(`CREATE INDEX oauth_authorizations_expires_at ON oauth_authorizations (expires_at)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE oauth_authorizations`);
    await queryRunner.query(`DROP TABLE oauth_tokens`);
  }
}
