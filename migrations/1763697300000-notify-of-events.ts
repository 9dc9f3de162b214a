import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Dispatchers hear of new events when those commit; whoever writes events need not think of it. */
export class NotifyOfEvents1763697300000 implements MigrationInterface {
  readonly name = 'NotifyOfEvents1763697300000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE FUNCTION notify_of_events() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM pg_notify('lyceum_events', '');
        RETURN NULL;
      END $$`);
    await queryRunner.query(`
      CREATE TRIGGER events_notify AFTER INSERT ON events FOR EACH STATEMENT EXECUTE FUNCTION notify_of_events()`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TRIGGER events_notify ON events`);
    await queryRunner.query(`DROP FUNCTION notify_of_events()`);
  }
}
