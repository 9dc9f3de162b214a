import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Training portals that admins add by REST, and the robots' tokens, which replicas share. */
export class ManagePortals1763690000000 implements MigrationInterface {
  readonly name = 'ManagePortals1763690000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE managed_portals (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        name text NOT NULL CONSTRAINT managed_portals_name_key UNIQUE,
        version integer NOT NULL DEFAULT 1,
        url text NOT NULL,
        secrets text NOT NULL,
        labels jsonb NOT NULL DEFAULT '{}',
        created_by text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      )`);
    await queryRunner.query(`
      CREATE TABLE portal_tokens (
        portal text PRIMARY KEY,
        fingerprint text NOT NULL,
        tokens text,
        expires_at timestamptz,
        rejection text,
        rejections integer NOT NULL DEFAULT 0,
        retry_at timestamptz,
        lease_id uuid,
        leased_until timestamptz
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE managed_portals, portal_tokens`);
  }
}
