import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The transactional outbox: an event is written here in the transaction of its cause and dispatched from here. */
export class CreateEvents1763683200000 implements MigrationInterface {
  readonly name = 'CreateEvents1763683200000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE events (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        type text NOT NULL,
        subject text,
        data jsonb NOT NULL,
        occurred_at timestamptz NOT NULL DEFAULT now(),
        dispatched_at timestamptz
      )`);
    await queryRunner.query(`CREATE INDEX events_undispatched ON events (id) WHERE dispatched_at IS NULL`);
    await queryRunner.query(`CREATE INDEX events_type_occurred_at ON events (type, occurred_at)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE events`);
  }
}
