import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which events a webhook gets, and what it gets of them; null is the whole, as it was. */
export class AddWebhookContent1763688200000 implements MigrationInterface {
  readonly name = 'AddWebhookContent1763688200000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `ALTER TABLE webhooks ADD COLUMN filter jsonb, ADD COLUMN fields text[], ADD COLUMN mapping json`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE webhooks DROP COLUMN filter, DROP COLUMN fields, DROP COLUMN mapping`);
  }
}
