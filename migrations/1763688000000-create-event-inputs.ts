import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What other systems publish: types that admins register, and the senders' ids of accepted events. */
export class CreateEventInputs1763688000000 implements MigrationInterface {
  readonly name = 'CreateEventInputs1763688000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE custom_event_types (
        name text PRIMARY KEY,
        description text NOT NULL,
        version integer NOT NULL DEFAULT 1,
        schema jsonb NOT NULL,
        example jsonb NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      )`);
    await queryRunner.query(`
      CREATE TABLE event_receipts (
        client_event_id text PRIMARY KEY,
        event_id uuid NOT NULL,
        is_scheduled boolean NOT NULL,
        fingerprint text NOT NULL,
        accepted_at timestamptz NOT NULL DEFAULT now()
      )`);
    await queryRunner.query(`CREATE INDEX event_receipts_age ON event_receipts (accepted_at)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE event_receipts, custom_event_types`);
  }
}
