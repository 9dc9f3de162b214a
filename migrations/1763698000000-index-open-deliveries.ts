import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Leads a list of what is pending or failed to the newest of each webhook, and of one event type of it, without reading those that others
 * have; and says which deliveries are being sent. A claim notes them beside its lease: an index of the leases of deliveries would make each
 * claim write to all indexes. Nothing lists open deliveries by id alone any more.
 *
 * Not built concurrently, see 1763692000000. What a process of the version before has claimed is missing in the list of what is being sent.
 */
export class IndexOpenDeliveries1763698000000 implements MigrationInterface {
  readonly name = 'IndexOpenDeliveries1763698000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `CREATE INDEX deliveries_undelivered_webhook ON deliveries (webhook_id, state, id) WHERE state <> 'delivered'`,
    );
    await queryRunner.query(`CREATE INDEX deliveries_open_webhook ON deliveries (webhook_id, event_type, state, id)
      WHERE state IN ('pending', 'failed')`);
    await queryRunner.query(`DROP INDEX deliveries_troubled_webhook, deliveries_open`);
    await queryRunner.query(`ALTER TABLE delivery_leases ADD COLUMN delivery_ids uuid[] NOT NULL DEFAULT '{}'`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE delivery_leases DROP COLUMN delivery_ids`);
    await queryRunner.query(`CREATE INDEX deliveries_open ON deliveries (id) WHERE state IN ('pending', 'failed')`);
    await queryRunner.query(`CREATE INDEX deliveries_troubled_webhook ON deliveries (webhook_id, state, id)
      WHERE state IN ('failed', 'exhausted', 'cancelled')`);
    await queryRunner.query(`DROP INDEX deliveries_undelivered_webhook, deliveries_open_webhook`);
  }
}
