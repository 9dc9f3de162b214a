import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What people have set for the Python portal. */
export class CreatePortalPreferences1763685100000 implements MigrationInterface {
  readonly name = 'CreatePortalPreferences1763685100000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE portal_preferences (
        user_id uuid PRIMARY KEY,
        time_zone text,
        leaderboard_alias text,
        updated_at timestamptz NOT NULL DEFAULT now()
      )`);
    await queryRunner.query(
      `CREATE INDEX portal_preferences_leaderboard ON portal_preferences (user_id) WHERE leaderboard_alias IS NOT NULL`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE portal_preferences`);
  }
}
