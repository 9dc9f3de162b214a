import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * How incoming webhooks are verified, what they mean, and what became of their processing. Only adds: a process of the version
 * before goes on to write and read these tables.
 */
export class VerifyIncomingWebhooks1763689000000 implements MigrationInterface {
  readonly name = 'VerifyIncomingWebhooks1763689000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE incoming_sources
        ADD COLUMN name text NOT NULL DEFAULT 'Incoming source',
        ADD COLUMN state text NOT NULL DEFAULT 'active'
          CONSTRAINT incoming_sources_state_check CHECK (state IN ('active', 'inactive')),
        ADD COLUMN scheme text NOT NULL DEFAULT 'path-secret',
        ADD COLUMN settings jsonb NOT NULL DEFAULT '{}',
        ADD COLUMN delivery_id jsonb,
        ADD COLUMN mapping jsonb NOT NULL DEFAULT '[]',
        ADD COLUMN max_per_minute integer NOT NULL DEFAULT 6000,
        ADD COLUMN previous_secret_hash bytea,
        ADD COLUMN previous_secret_until timestamptz,
        ADD COLUMN last_refused_at timestamptz,
        ADD COLUMN last_refusal text,
        ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now()`);
    await queryRunner.query(`
      CREATE UNIQUE INDEX incoming_sources_previous_secret_hash ON incoming_sources (previous_secret_hash)
        WHERE previous_secret_hash IS NOT NULL`);
    await queryRunner.query(`
      CREATE TABLE incoming_keys (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        source_id uuid NOT NULL CONSTRAINT incoming_keys_source_id_fkey REFERENCES incoming_sources ON DELETE CASCADE,
        sealed_key text NOT NULL,
        hint text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz
      )`);
    await queryRunner.query(`CREATE INDEX incoming_keys_source ON incoming_keys (source_id)`);
    await queryRunner.query(`
      ALTER TABLE incoming_requests
        ADD COLUMN mapped_events jsonb NOT NULL DEFAULT '[]',
        ADD COLUMN due_at timestamptz NOT NULL DEFAULT now(),
        ADD COLUMN attempt_count integer NOT NULL DEFAULT 0,
        ADD COLUMN last_error text,
        ADD COLUMN failed_at timestamptz`);
    await queryRunner.query(`
      CREATE INDEX incoming_requests_open ON incoming_requests (id) WHERE processed_at IS NULL AND failed_at IS NULL`);
    await queryRunner.query(`
      CREATE INDEX incoming_requests_failed ON incoming_requests (id) WHERE processed_at IS NULL AND failed_at IS NOT NULL`);
    await queryRunner.query(`CREATE INDEX incoming_requests_source ON incoming_requests (source_id, id)`);
    await queryRunner.query(`CREATE OR REPLACE ${viewWith(outcome, 'last_error')}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `CREATE OR REPLACE ${viewWith(`CASE WHEN processed_at IS NULL THEN 'pending' ELSE 'success' END`, 'NULL')}`,
    );
    await queryRunner.query(`DROP TABLE incoming_keys`);
    await queryRunner.query(`
      ALTER TABLE incoming_sources DROP COLUMN name, DROP COLUMN state, DROP COLUMN scheme, DROP COLUMN settings,
        DROP COLUMN delivery_id, DROP COLUMN mapping, DROP COLUMN max_per_minute, DROP COLUMN previous_secret_hash,
        DROP COLUMN previous_secret_until, DROP COLUMN last_refused_at, DROP COLUMN last_refusal, DROP COLUMN updated_at`);
    await queryRunner.query(`DROP INDEX incoming_requests_source`);
    await queryRunner.query(`
      ALTER TABLE incoming_requests DROP COLUMN mapped_events, DROP COLUMN due_at, DROP COLUMN attempt_count,
        DROP COLUMN last_error, DROP COLUMN failed_at`);
  }
}

const outcome = `CASE WHEN processed_at IS NOT NULL THEN 'success' WHEN failed_at IS NOT NULL THEN 'error' ELSE 'pending' END`;

/** The log of everything, with the status and the error of incoming requests. */
const viewWith = (status: string, error: string): string => `
  VIEW integration_logs AS
  SELECT id, integration_id, 'webhook' AS kind, event_type, 'outgoing' AS direction,
    CASE state WHEN 'delivered' THEN 'success' WHEN 'exhausted' THEN 'error' WHEN 'cancelled' THEN 'error' ELSE 'pending' END
      AS status,
    jsonb_build_object('webhookId', webhook_id, 'eventId', event_id, 'attempts', attempt_count) AS request_data,
    CASE WHEN last_status IS NOT NULL THEN jsonb_build_object('status', last_status) END AS response_data,
    last_error AS error_message, created_at AS "timestamp"
  FROM deliveries
  UNION ALL
  SELECT id, integration_id, 'webhook_receive', 'webhook.received', 'incoming', ${status},
    jsonb_build_object('sourceId', source_id, 'senderDeliveryId', sender_delivery_id,
      'contentType', headers -> 'content-type', 'bytes', octet_length(body)),
    CASE WHEN event_id IS NOT NULL THEN jsonb_build_object('eventId', event_id) END,
    ${error}, received_at
  FROM incoming_requests
  UNION ALL
  SELECT id, integration_id, 'api_call', kind, 'outgoing', CASE WHEN error IS NULL THEN 'success' ELSE 'error' END,
    jsonb_build_object('method', method, 'url', url, 'body', request_body),
    CASE WHEN status IS NOT NULL THEN jsonb_build_object('status', status, 'body', response_body, 'durationMs', duration_ms) END,
    error, created_at
  FROM integration_calls`;
