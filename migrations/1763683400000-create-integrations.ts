import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Integrations, their webhooks, and three logs that grow with traffic: deliveries with their attempts, incoming requests, and calls.
 *
 * The logs hold plain ids instead of foreign keys, and each id is a time-ordered uuidv7, so that they can be paged by id and later
 * be partitioned by it (`deliveries` by `event_id`, which its unique index leads with) and expire by dropping partitions.
 *
 * A delivery is claimed without touching an indexed column: whether it is being sent shows in its lease and whether it is held in
 * its webhook, so `state` changes only when an attempt is over. That keeps the claim a heap-only update (hence the fillfactor).
 */
export class CreateIntegrations1763683400000 implements MigrationInterface {
  readonly name = 'CreateIntegrations1763683400000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of [...configuration, ...outgoing, ...incoming, ...calls, logs]) {
      await queryRunner.query(statement);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP VIEW integration_logs`);
    await queryRunner.query(`
      DROP TABLE integration_calls, incoming_requests, incoming_sources, delivery_attempts, deliveries, webhooks, integrations`);
  }
}

const configuration = [
  `CREATE TABLE integrations (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    name text NOT NULL,
    type text NOT NULL CONSTRAINT integrations_type_check CHECK (type IN ('api', 'webhook', 'database', 'file')),
    status text NOT NULL DEFAULT 'inactive'
      CONSTRAINT integrations_status_check CHECK (status IN ('active', 'inactive', 'error')),
    config jsonb NOT NULL,
    auth_type text NOT NULL CONSTRAINT integrations_auth_type_check
      CHECK (auth_type IN ('none', 'api_key', 'bearer', 'basic', 'oauth', 'oauth2')),
    auth_config jsonb NOT NULL,
    credentials text,
    sync_frequency_seconds integer NOT NULL,
    activated_at timestamptz,
    last_sync_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
  )`,
  `CREATE UNIQUE INDEX integrations_name ON integrations (lower(name))`,

  `CREATE TABLE webhooks (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    integration_id uuid NOT NULL CONSTRAINT webhooks_integration_id_fkey REFERENCES integrations ON DELETE CASCADE,
    event_type text NOT NULL,
    endpoint_url text NOT NULL,
    state text NOT NULL DEFAULT 'active'
      CONSTRAINT webhooks_state_check CHECK (state IN ('active', 'paused', 'disabled')),
    state_reason text,
    signing_secret text NOT NULL,
    signing_secret_hint text NOT NULL,
    legacy_secret text,
    retry_schedule_seconds integer[],
    blocked_until timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
  )`,
  `CREATE INDEX webhooks_integration ON webhooks (integration_id)`,
  `CREATE INDEX webhooks_event_type ON webhooks (event_type)`,
];

const outgoing = [
  `CREATE TABLE deliveries (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    event_id uuid NOT NULL,
    event_type text NOT NULL,
    webhook_id uuid NOT NULL,
    integration_id uuid NOT NULL,
    state text NOT NULL DEFAULT 'pending' CONSTRAINT deliveries_state_check
      CHECK (state IN ('pending', 'failed', 'delivered', 'exhausted', 'cancelled')),
    due_at timestamptz NOT NULL DEFAULT now(),
    schedule_step smallint NOT NULL DEFAULT 0,
    attempt_count integer NOT NULL DEFAULT 0,
    lease_id uuid,
    lease_until timestamptz,
    last_status smallint,
    last_error text,
    created_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz
  ) WITH (fillfactor = 85)`,
  `CREATE UNIQUE INDEX deliveries_event_webhook ON deliveries (event_id, webhook_id)`,
  `CREATE INDEX deliveries_due ON deliveries (webhook_id, due_at) WHERE state IN ('pending', 'failed')`,
  `CREATE INDEX deliveries_not_delivered ON deliveries (state, id) WHERE state <> 'delivered'`,
  `CREATE INDEX deliveries_open ON deliveries (id) WHERE state IN ('pending', 'failed')`,
  `CREATE INDEX deliveries_webhook ON deliveries (webhook_id, id)`,
  `CREATE INDEX deliveries_integration ON deliveries (integration_id, id)`,

  `CREATE TABLE delivery_attempts (
    delivery_id uuid NOT NULL,
    number integer NOT NULL,
    started_at timestamptz NOT NULL,
    duration_ms integer NOT NULL,
    request_headers jsonb NOT NULL,
    status smallint,
    error text,
    response_body text,
    is_response_truncated boolean NOT NULL,
    PRIMARY KEY (delivery_id, number)
  )`,
];

const incoming = [
  `CREATE TABLE incoming_sources (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    integration_id uuid NOT NULL CONSTRAINT incoming_sources_integration_id_fkey REFERENCES integrations ON DELETE CASCADE,
    secret_hash bytea NOT NULL,
    secret_hint text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
  )`,
  `CREATE UNIQUE INDEX incoming_sources_secret_hash ON incoming_sources (secret_hash)`,
  `CREATE INDEX incoming_sources_integration ON incoming_sources (integration_id)`,

  `CREATE TABLE incoming_requests (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    source_id uuid NOT NULL,
    integration_id uuid NOT NULL,
    sender_delivery_id text,
    headers jsonb NOT NULL,
    body bytea NOT NULL,
    event_id uuid,
    received_at timestamptz NOT NULL DEFAULT now(),
    processed_at timestamptz
  )`,
  `CREATE UNIQUE INDEX incoming_requests_sender_delivery ON incoming_requests (source_id, sender_delivery_id)
     WHERE sender_delivery_id IS NOT NULL`,
  `CREATE INDEX incoming_requests_unprocessed ON incoming_requests (id) WHERE processed_at IS NULL`,
  `CREATE INDEX incoming_requests_integration ON incoming_requests (integration_id, id)`,
];

const calls = [
  `CREATE TABLE integration_calls (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    integration_id uuid NOT NULL,
    kind text NOT NULL CONSTRAINT integration_calls_kind_check CHECK (kind IN ('test', 'send')),
    method text NOT NULL,
    url text NOT NULL,
    request_body text,
    status smallint,
    response_body text,
    error text,
    duration_ms integer NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
  )`,
  `CREATE INDEX integration_calls_integration ON integration_calls (integration_id, id)`,
];

/** The columns and the values of `direction` and `status` are those of the original's table of this name. */
const logs = `
  CREATE VIEW integration_logs AS
  SELECT id, integration_id, 'webhook' AS kind, event_type, 'outgoing' AS direction,
    CASE state WHEN 'delivered' THEN 'success' WHEN 'exhausted' THEN 'error' WHEN 'cancelled' THEN 'error' ELSE 'pending' END
      AS status,
    jsonb_build_object('webhookId', webhook_id, 'eventId', event_id, 'attempts', attempt_count) AS request_data,
    CASE WHEN last_status IS NOT NULL THEN jsonb_build_object('status', last_status) END AS response_data,
    last_error AS error_message, created_at AS "timestamp"
  FROM deliveries
  UNION ALL
  SELECT id, integration_id, 'webhook_receive', 'webhook.received', 'incoming',
    CASE WHEN processed_at IS NULL THEN 'pending' ELSE 'success' END,
    jsonb_build_object('sourceId', source_id, 'senderDeliveryId', sender_delivery_id,
      'contentType', headers -> 'content-type', 'bytes', octet_length(body)),
    CASE WHEN event_id IS NOT NULL THEN jsonb_build_object('eventId', event_id) END,
    NULL, received_at
  FROM incoming_requests
  UNION ALL
  SELECT id, integration_id, 'api_call', kind, 'outgoing', CASE WHEN error IS NULL THEN 'success' ELSE 'error' END,
    jsonb_build_object('method', method, 'url', url, 'body', request_body),
    CASE WHEN status IS NOT NULL THEN jsonb_build_object('status', status, 'body', response_body, 'durationMs', duration_ms) END,
    error, created_at
  FROM integration_calls`;
