import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * When integrations are synchronised, and what became of it. Integrations that are active and have a frequency get a schedule whose
 * first run falls somewhere in it, so that they do not all run after the upgrade.
 */
export class CreateSyncSchedules1763694000000 implements MigrationInterface {
  readonly name = 'CreateSyncSchedules1763694000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of [...definition, ...schedules, ...runs, `CREATE OR REPLACE ${logsWith(runEntries)}`]) {
      await queryRunner.query(statement);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE OR REPLACE ${logsWith('')}`);
    await queryRunner.query(`DROP TABLE sync_runs`);
    await queryRunner.query(`DROP TABLE sync_schedules`);
    await queryRunner.query(`DROP INDEX integrations_push_events, integrations_push_records`);
    await queryRunner.query(`
      ALTER TABLE integrations DROP COLUMN sync_cron, DROP COLUMN sync_time_zone, DROP COLUMN publishes_changes`);
  }
}

const definition = [
  `ALTER TABLE integrations
    ADD COLUMN sync_cron text,
    ADD COLUMN sync_time_zone text NOT NULL DEFAULT 'UTC',
    ADD COLUMN publishes_changes boolean NOT NULL DEFAULT true`,
  // Who gets an event, or the changed record of another integration, is asked for each batch of events and each page of records.
  `CREATE INDEX integrations_push_events ON integrations (id)
    WHERE status = 'active' AND config #> '{source,events}' IS NOT NULL`,
  `CREATE INDEX integrations_push_records ON integrations ((config #>> '{source,recordsOf}'))
    WHERE status = 'active' AND config #>> '{source,recordsOf}' IS NOT NULL`,
];

const schedules = [
  `CREATE TABLE sync_schedules (
    integration_id uuid PRIMARY KEY
      CONSTRAINT sync_schedules_integration_id_fkey REFERENCES integrations ON DELETE CASCADE,
    due_at timestamptz,
    next_run_at timestamptz,
    lease_token uuid,
    run_id uuid,
    consecutive_failures integer NOT NULL DEFAULT 0,
    authentication_failures integer NOT NULL DEFAULT 0,
    paused_at timestamptz,
    pause_reason text CONSTRAINT sync_schedules_pause_reason_check CHECK (pause_reason IN ('admin', 'authentication')),
    last_error text,
    pass_number integer NOT NULL DEFAULT 0,
    is_pass_unfinished boolean NOT NULL DEFAULT false,
    checkpoint jsonb,
    last_pass_checkpoint jsonb,
    pass_end jsonb,
    updated_at timestamptz NOT NULL DEFAULT now()
  ) WITH (fillfactor = 80)`,
  `CREATE INDEX sync_schedules_due ON sync_schedules (due_at) WHERE due_at IS NOT NULL`,
  `CREATE INDEX sync_schedules_troubled ON sync_schedules (integration_id)
    WHERE consecutive_failures > 0 OR paused_at IS NOT NULL`,
  `INSERT INTO sync_schedules (integration_id, due_at, next_run_at)
    SELECT id, at, at FROM (
      SELECT id, now() + make_interval(secs => random() * sync_frequency_seconds) AS at
        FROM integrations WHERE status = 'active' AND sync_frequency_seconds > 0 AND type <> 'webhook'
    ) AS active`,
];

const runs = [
  `CREATE TABLE sync_runs (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    integration_id uuid NOT NULL,
    direction text CONSTRAINT sync_runs_direction_check CHECK (direction IN ('pull', 'push')),
    trigger text NOT NULL CONSTRAINT sync_runs_trigger_check CHECK (trigger IN ('schedule', 'manual')),
    state text NOT NULL CONSTRAINT sync_runs_state_check
      CHECK (state IN ('queued', 'running', 'succeeded', 'partial', 'failed', 'cancelled')),
    takeovers integer NOT NULL DEFAULT 0,
    cancel_requested_at timestamptz,
    read_count bigint NOT NULL DEFAULT 0,
    created_count bigint NOT NULL DEFAULT 0,
    updated_count bigint NOT NULL DEFAULT 0,
    unchanged_count bigint NOT NULL DEFAULT 0,
    deleted_count bigint NOT NULL DEFAULT 0,
    rejected_count bigint NOT NULL DEFAULT 0,
    sent_count bigint NOT NULL DEFAULT 0,
    refused_count bigint NOT NULL DEFAULT 0,
    error_kind text,
    error_message text,
    next_run_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    started_at timestamptz,
    finished_at timestamptz
  ) WITH (fillfactor = 80)`,
  `CREATE INDEX sync_runs_integration ON sync_runs (integration_id, id)`,
];

/** Runs as entries of the log. */
const runEntries = `
  UNION ALL
  SELECT id, integration_id, 'sync', 'sync.' || coalesce(direction, trigger),
    CASE direction WHEN 'push' THEN 'outgoing' ELSE 'incoming' END,
    CASE WHEN state IN ('succeeded', 'partial') THEN 'success' WHEN state IN ('failed', 'cancelled') THEN 'error' ELSE 'pending' END,
    jsonb_build_object('trigger', trigger, 'takeovers', takeovers),
    jsonb_build_object('state', state, 'read', read_count, 'created', created_count, 'updated', updated_count,
      'unchanged', unchanged_count, 'deleted', deleted_count, 'rejected', rejected_count, 'sent', sent_count,
      'refused', refused_count, 'durationMs', (extract(epoch FROM finished_at - started_at) * 1000)::bigint),
    error_message, created_at
  FROM sync_runs`;

/** The log of everything, with further parts. */
const logsWith = (more: string): string => `
  VIEW integration_logs AS
  SELECT id, integration_id, 'webhook' AS kind, event_type, 'outgoing' AS direction,
    CASE state WHEN 'delivered' THEN 'success' WHEN 'exhausted' THEN 'error' WHEN 'cancelled' THEN 'error' ELSE 'pending' END
      AS status,
    jsonb_build_object('webhookId', webhook_id, 'eventId', event_id, 'attempts', attempt_count) AS request_data,
    CASE WHEN last_status IS NOT NULL THEN jsonb_build_object('status', last_status) END AS response_data,
    last_error AS error_message, created_at AS "timestamp"
  FROM deliveries
  UNION ALL
  SELECT id, integration_id, 'webhook_receive', 'webhook.received', 'incoming',
    CASE WHEN processed_at IS NOT NULL THEN 'success' WHEN failed_at IS NOT NULL THEN 'error' ELSE 'pending' END,
    jsonb_build_object('sourceId', source_id, 'senderDeliveryId', sender_delivery_id,
      'contentType', headers -> 'content-type', 'bytes', octet_length(body)),
    CASE WHEN event_id IS NOT NULL THEN jsonb_build_object('eventId', event_id) END,
    last_error, received_at
  FROM incoming_requests
  UNION ALL
  SELECT id, integration_id, 'api_call', kind, 'outgoing', CASE WHEN error IS NULL THEN 'success' ELSE 'error' END,
    jsonb_build_object('method', method, 'url', url, 'body', request_body),
    CASE WHEN status IS NOT NULL THEN jsonb_build_object('status', status, 'body', response_body, 'durationMs', duration_ms) END,
    error, created_at
  FROM integration_calls${more}`;
