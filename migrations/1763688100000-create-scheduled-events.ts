import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Events that are to be published later, among them the reminders of tests and assignments, of which there is one for each key. */
export class CreateScheduledEvents1763688100000 implements MigrationInterface {
  readonly name = 'CreateScheduledEvents1763688100000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE scheduled_events (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        type text NOT NULL,
        subject text,
        data jsonb NOT NULL,
        publish_at timestamptz NOT NULL,
        expires_at timestamptz,
        state text NOT NULL DEFAULT 'scheduled' CONSTRAINT scheduled_events_state_check
          CHECK (state IN ('scheduled', 'published', 'cancelled', 'withdrawn', 'expired')),
        reminder_key text,
        source_event_id uuid,
        event_id uuid,
        created_at timestamptz NOT NULL DEFAULT now(),
        finished_at timestamptz
      )`);
    await queryRunner.query(
      `CREATE INDEX scheduled_events_due ON scheduled_events (publish_at) WHERE state = 'scheduled'`,
    );
    await queryRunner.query(`CREATE INDEX scheduled_events_state ON scheduled_events (state, id)`);
    await queryRunner.query(`CREATE INDEX scheduled_events_type ON scheduled_events (type, id)`);
    await queryRunner.query(`CREATE INDEX scheduled_events_finished ON scheduled_events (finished_at)`);
    await queryRunner.query(
      `CREATE UNIQUE INDEX scheduled_events_reminder ON scheduled_events (reminder_key) WHERE reminder_key IS NOT NULL`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE scheduled_events`);
  }
}
