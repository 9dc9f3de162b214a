import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Failures of our own that are counted until they are published, one row for each fault. */
export class CreateErrorReports1763688300000 implements MigrationInterface {
  readonly name = 'CreateErrorReports1763688300000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE error_reports (
        fingerprint text PRIMARY KEY,
        facts jsonb NOT NULL,
        pending integer NOT NULL,
        first_at timestamptz NOT NULL,
        last_at timestamptz NOT NULL,
        published_at timestamptz
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE error_reports`);
  }
}
