import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What an endpoint is delivered to with, how it fares, its keys that still sign beside the newest, and ranges to be sent again.
 *
 * `deliveries.order_key` is set only for webhooks that ask for order, so that the others pay for no index.
 */
export class EndpointSettings1763687000000 implements MigrationInterface {
  readonly name = 'EndpointSettings1763687000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of [...settings, ...condition, ...deliveries, ...replays]) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE delivery_replays, delivery_leases, retired_signing_keys`);
    await queryRunner.query(`ALTER TABLE delivery_attempts DROP COLUMN retried_after`);
    await queryRunner.query(`DROP INDEX deliveries_event_type`);
    await queryRunner.query(`ALTER TABLE deliveries DROP COLUMN order_key`);
    await queryRunner.query(`DROP INDEX webhooks_probe`);
    await queryRunner.query(`ALTER TABLE webhooks
      DROP COLUMN headers, DROP COLUMN header_names, DROP COLUMN rate_limit_count, DROP COLUMN rate_limit_period_seconds,
      DROP COLUMN rate_tokens, DROP COLUMN rate_refilled_at, DROP COLUMN max_concurrent, DROP COLUMN is_ordered,
      DROP COLUMN payload_form, DROP COLUMN signature_schemes, DROP COLUMN signing_secret_since, DROP COLUMN ed25519_key,
      DROP COLUMN ed25519_public_key, DROP COLUMN ed25519_key_since, DROP COLUMN slow_steps, DROP COLUMN slowed_at,
      DROP COLUMN failing_since, DROP COLUMN told_percent, DROP COLUMN probe_at, DROP COLUMN probe_count`);
  }
}

const settings = [
  `ALTER TABLE webhooks
    ADD COLUMN headers text,
    ADD COLUMN header_names text[] NOT NULL DEFAULT '{}',
    ADD COLUMN rate_limit_count integer,
    ADD COLUMN rate_limit_period_seconds integer,
    ADD COLUMN rate_tokens double precision,
    ADD COLUMN rate_refilled_at timestamptz,
    ADD COLUMN max_concurrent smallint,
    ADD COLUMN is_ordered boolean NOT NULL DEFAULT false,
    ADD COLUMN payload_form text NOT NULL DEFAULT 'full'
      CONSTRAINT webhooks_payload_form_check CHECK (payload_form IN ('full', 'thin')),
    ADD COLUMN signature_schemes text[] NOT NULL DEFAULT '{v1}',
    ADD COLUMN signing_secret_since timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN ed25519_key text,
    ADD COLUMN ed25519_public_key text,
    ADD COLUMN ed25519_key_since timestamptz`,
  `UPDATE webhooks SET signing_secret_since = created_at`,

  `CREATE TABLE retired_signing_keys (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    webhook_id uuid NOT NULL CONSTRAINT retired_signing_keys_webhook_id_fkey REFERENCES webhooks ON DELETE CASCADE,
    scheme text NOT NULL CONSTRAINT retired_signing_keys_scheme_check CHECK (scheme IN ('v1', 'v1a')),
    key text NOT NULL,
    hint text NOT NULL,
    created_at timestamptz NOT NULL,
    live_until timestamptz NOT NULL
  )`,
  `CREATE INDEX retired_signing_keys_webhook ON retired_signing_keys (webhook_id)`,
];

const condition = [
  `ALTER TABLE webhooks
    ADD COLUMN slow_steps smallint NOT NULL DEFAULT 0,
    ADD COLUMN slowed_at timestamptz,
    ADD COLUMN failing_since timestamptz,
    ADD COLUMN told_percent smallint NOT NULL DEFAULT 0,
    ADD COLUMN probe_at timestamptz,
    ADD COLUMN probe_count smallint NOT NULL DEFAULT 0`,
  `CREATE INDEX webhooks_probe ON webhooks (probe_at) WHERE probe_at IS NOT NULL`,
];

const deliveries = [
  `ALTER TABLE deliveries ADD COLUMN order_key text`,
  `CREATE INDEX deliveries_order ON deliveries (webhook_id, order_key, event_id)
     WHERE state IN ('pending', 'failed') AND order_key IS NOT NULL`,
  `CREATE INDEX deliveries_event_type ON deliveries (event_type, id)`,

  `ALTER TABLE delivery_attempts ADD COLUMN retried_after text`,

  `CREATE TABLE delivery_leases (
    id uuid PRIMARY KEY,
    webhook_id uuid NOT NULL,
    deliveries smallint NOT NULL,
    lease_until timestamptz NOT NULL
  )`,
  `CREATE INDEX delivery_leases_webhook ON delivery_leases (webhook_id)`,
];

const replays = [
  `CREATE TABLE delivery_replays (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    webhook_id uuid NOT NULL CONSTRAINT delivery_replays_webhook_id_fkey REFERENCES webhooks ON DELETE CASCADE,
    from_time timestamptz NOT NULL,
    to_time timestamptz NOT NULL,
    states text[] NOT NULL,
    event_types text[],
    total integer NOT NULL,
    examined integer NOT NULL DEFAULT 0,
    replayed integer NOT NULL DEFAULT 0,
    cursor uuid NOT NULL,
    last_id uuid NOT NULL,
    requested_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz
  )`,
  `CREATE UNIQUE INDEX delivery_replays_running ON delivery_replays (webhook_id) WHERE finished_at IS NULL`,
  `CREATE INDEX delivery_replays_webhook ON delivery_replays (webhook_id, id)`,
];
