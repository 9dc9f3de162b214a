import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Leads a list of the few deliveries in trouble of one webhook, integration or event type to them, without reading those of all others or
 * all that were delivered. A delivery that goes well never enters these indexes, so sending pays nothing for them.
 *
 * Not built concurrently: that waits for every other transaction, those of replicas that wait for the lock of the migrations included. The
 * rows are read once for each index, so writers wait for some seconds with five million.
 */
export class IndexTroubledDeliveries1763692000000 implements MigrationInterface {
  readonly name = 'IndexTroubledDeliveries1763692000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const column of columns) {
      await queryRunner.query(`CREATE INDEX ${nameFor(column)} ON deliveries (${column}, state, id)
        WHERE state IN ('failed', 'exhausted', 'cancelled')`);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const column of columns) await queryRunner.query(`DROP INDEX ${nameFor(column)}`);
  }
}

const columns = ['webhook_id', 'integration_id', 'event_type'];

function nameFor(column: string): string {
  return `deliveries_troubled_${column.replace('_id', '')}`;
}
