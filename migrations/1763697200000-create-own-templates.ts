import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Templates that admins made from their integrations. */
export class CreateOwnTemplates1763697200000 implements MigrationInterface {
  readonly name = 'CreateOwnTemplates1763697200000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE own_templates (
        key text PRIMARY KEY,
        template jsonb NOT NULL,
        created_by text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE own_templates`);
  }
}
