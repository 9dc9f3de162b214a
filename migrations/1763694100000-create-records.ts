import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What pulls bring in, and what waits to be pushed. Without foreign keys, which would cost a look-up for each of many rows: the
 * transaction that deletes an integration deletes these.
 */
export class CreateRecords1763694100000 implements MigrationInterface {
  readonly name = 'CreateRecords1763694100000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of [...records, ...pushItems]) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE push_items`);
    await queryRunner.query(`DROP TABLE rejected_inputs`);
    await queryRunner.query(`DROP TABLE integration_records`);
  }
}

const records = [
  // Room in each page, so that a pass can number unchanged records without touching an index.
  `CREATE TABLE integration_records (
    integration_id uuid NOT NULL,
    key text COLLATE "C" NOT NULL,
    data jsonb NOT NULL,
    pass_number integer NOT NULL,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    deleted_at timestamptz,
    PRIMARY KEY (integration_id, key)
  ) WITH (fillfactor = 85)`,
  `CREATE INDEX integration_records_changed ON integration_records (integration_id, changed_at, key)`,

  `CREATE TABLE rejected_inputs (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    integration_id uuid NOT NULL,
    position text NOT NULL,
    reason text NOT NULL,
    excerpt text NOT NULL,
    first_seen_at timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz NOT NULL DEFAULT now()
  )`,
  `CREATE UNIQUE INDEX rejected_inputs_position ON rejected_inputs (integration_id, position)`,
  `CREATE INDEX rejected_inputs_integration ON rejected_inputs (integration_id, id)`,
];

const pushItems = [
  `CREATE TABLE push_items (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    integration_id uuid NOT NULL,
    key text COLLATE "C" NOT NULL,
    data jsonb NOT NULL,
    is_deleted boolean NOT NULL DEFAULT false,
    state text NOT NULL DEFAULT 'waiting' CONSTRAINT push_items_state_check
      CHECK (state IN ('waiting', 'sending', 'sent', 'refused', 'failed')),
    batch_id uuid,
    attempts integer NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL DEFAULT now(),
    last_error text,
    created_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz
  ) WITH (fillfactor = 80)`,
  // The newest version of a record takes the place of an older one that is not on its way.
  `CREATE UNIQUE INDEX push_items_open ON push_items (integration_id, key) WHERE state IN ('waiting', 'refused', 'failed')`,
  `CREATE INDEX push_items_waiting ON push_items (integration_id, id) WHERE state IN ('waiting', 'refused')`,
  `CREATE INDEX push_items_sending ON push_items (integration_id, id) WHERE state = 'sending'`,
  `CREATE INDEX push_items_integration ON push_items (integration_id, id)`,
  `CREATE INDEX push_items_due ON push_items (due_at)`,
];
