import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Attempts hold what endpoints answered, most of all that is stored; by day they can be dropped in one go. Their key begins with the id
 * of the delivery, which begins with its time (uuidv7), so a day is a range of keys. A partition is named after the day before which
 * it ends. The rows there are become one partition, which lasts until tomorrow; attaching it reads them once.
 */
export class PartitionDeliveryAttempts1763697000000 implements MigrationInterface {
  readonly name = 'PartitionDeliveryAttempts1763697000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    const end = new Date(Math.ceil((Date.now() + 1) / dayMs) * dayMs);
    const name = `delivery_attempts_before_${end.toISOString().slice(0, 10).replaceAll('-', '')}`;
    await queryRunner.query(`ALTER TABLE delivery_attempts RENAME TO ${name}`);
    await queryRunner.query(`ALTER INDEX delivery_attempts_pkey RENAME TO ${name}_pkey`);
    await queryRunner.query(`
      CREATE TABLE delivery_attempts (LIKE ${name} INCLUDING DEFAULTS, PRIMARY KEY (delivery_id, number))
        PARTITION BY RANGE (delivery_id)`);
    await queryRunner.query(
      `ALTER TABLE delivery_attempts ATTACH PARTITION ${name} FOR VALUES FROM (MINVALUE) TO ('${firstIdAt(end)}')`,
    );
    // For times that nobody has made a partition for.
    await queryRunner.query(`CREATE TABLE delivery_attempts_default PARTITION OF delivery_attempts DEFAULT`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE delivery_attempts RENAME TO delivery_attempts_by_day`);
    await queryRunner.query(`ALTER INDEX delivery_attempts_pkey RENAME TO delivery_attempts_by_day_pkey`);
    await queryRunner.query(
      `CREATE TABLE delivery_attempts (LIKE delivery_attempts_by_day INCLUDING DEFAULTS, PRIMARY KEY (delivery_id, number))`,
    );
    await queryRunner.query(`INSERT INTO delivery_attempts SELECT * FROM delivery_attempts_by_day`);
    await queryRunner.query(`DROP TABLE delivery_attempts_by_day`);
  }
}

const dayMs = 86_400_000;

/** The smallest uuidv7 of a time (RFC 9562 section 5.7). */
function firstIdAt(time: Date): string {
  const hex = time.getTime().toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}
