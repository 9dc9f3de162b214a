import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A claim wrote a lease to each of its deliveries, and with it an entry in most of their indexes; now it writes one row for all of them (docs/adr/0033).
 *
 * A process of the version before can claim nothing more from here on, and write no outcome: what it has under way is sent again, under the same ids.
 */
export class LeasesAloneSayWhatIsClaimed1763701000000 implements MigrationInterface {
  readonly name = 'LeasesAloneSayWhatIsClaimed1763701000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    // Before any row, in the order of outcomes, so that one that is being written is waited for, or waits. With a claim under way whose webhook
    // has a limit it can be a deadlock still; if this ends it, the start tries again.
    await queryRunner.query(`LOCK TABLE deliveries, delivery_leases IN ACCESS EXCLUSIVE MODE`);
    await queryRunner.query(`UPDATE delivery_leases lease SET delivery_ids = ARRAY(
      SELECT delivery.id FROM deliveries delivery WHERE delivery.id = ANY (lease.delivery_ids) AND delivery.lease_id = lease.id)`);
    await queryRunner.query(`ALTER TABLE delivery_leases DROP COLUMN deliveries`);
    await queryRunner.query(`ALTER TABLE deliveries DROP COLUMN lease_id, DROP COLUMN lease_until`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE deliveries ADD COLUMN lease_id uuid, ADD COLUMN lease_until timestamptz`);
    await queryRunner.query(`UPDATE deliveries SET lease_id = lease.id, lease_until = lease.lease_until
      FROM delivery_leases lease WHERE deliveries.id = ANY (lease.delivery_ids)`);
    await queryRunner.query(`ALTER TABLE delivery_leases ADD COLUMN deliveries smallint NOT NULL DEFAULT 0`);
    await queryRunner.query(`UPDATE delivery_leases SET deliveries = cardinality(delivery_ids)`);
    await queryRunner.query(`ALTER TABLE delivery_leases ALTER COLUMN deliveries DROP DEFAULT`);
  }
}
