import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Erasing what is stored of a person, and how far that is. */
export class CreateSubjectPurges1763697100000 implements MigrationInterface {
  readonly name = 'CreateSubjectPurges1763697100000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE subject_purges (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        terms text,
        place smallint NOT NULL DEFAULT 0,
        cursor uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
        erased jsonb NOT NULL DEFAULT '{}',
        requested_by text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        finished_at timestamptz
      )`);
    await queryRunner.query(`CREATE INDEX subject_purges_running ON subject_purges (id) WHERE finished_at IS NULL`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE subject_purges`);
  }
}
