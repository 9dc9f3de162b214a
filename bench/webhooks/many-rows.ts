import type { Client } from 'pg';

const chunk = 500_000;

/** Rows as years of traffic leave them: most delivered, one webhook with more than half of all, others with hardly any. */
export interface ManyRows {
  deliveries: number;
  /** Of both other kinds in the logs, together. */
  others: number;
  /** The first has most of the rows, the last a few; each with its integration. */
  webhooks: { id: string; integrationId: string }[];
}

/**
 * Fills the logs. The large indexes are made afterwards, from their own definitions: that takes a third of the time. The partial ones stay,
 * because the application goes on looking for what is due.
 */
export async function fillLogs(database: Client, { deliveries, others, webhooks }: ManyRows): Promise<void> {
  const tables = ['deliveries', 'incoming_requests', 'integration_calls'];
  const { rows: indexes } = await database.query<{ indexname: string; indexdef: string }>(
    `SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY ($1) AND indexname NOT LIKE '%pkey'
        AND indexdef NOT LIKE '% WHERE %'`,
    [tables],
  );
  for (const { indexname } of indexes) await database.query(`DROP INDEX ${indexname}`);
  await database.query(`SET maintenance_work_mem = '256MB'; SET synchronous_commit = off; SET timezone = 'UTC'`);
  const ids = [webhooks.map(({ id }) => id), webhooks.map(({ integrationId }) => integrationId)];
  for (let first = 0; first < deliveries; first += chunk) {
    const last = Math.min(first + chunk, deliveries) - 1;
    await database.query(deliveriesStatement, [first, last, deliveries, ...ids]);
  }
  await database.query(leasesStatement);
  await database.query(incomingStatement, [others / 2, ids[1]]);
  await database.query(callsStatement, [others / 2, ids[1]]);
  for (const { indexdef } of indexes) await database.query(indexdef);
  await database.query(`VACUUM (ANALYZE) deliveries`);
  await database.query(`ANALYZE incoming_requests, integration_calls`);
}

/** SQL: row n of so many was made evenly spread over the last 90 days. */
const id = `uuidv7(-interval '90 days' * (1 - n::float8 / $3))`;

const deliveriesStatement = `
  INSERT INTO deliveries (id, event_id, event_type, webhook_id, integration_id, state, due_at, schedule_step, attempt_count,
    last_status, last_error, created_at, finished_at)
  SELECT id, id, CASE WHEN n % 100003 = 7 THEN 'settings.updated' WHEN n % 10 < 7 THEN 'grade.published'
      ELSE (ARRAY['student.created', 'course.completed', 'assignment.created', 'attendance.marked'])[1 + n / 10 % 4] END,
    ($4::uuid[])[webhook], ($5::uuid[])[webhook], state, now() + interval '30 days', 1, 1,
    CASE state WHEN 'delivered' THEN 200 WHEN 'pending' THEN NULL ELSE 500 END,
    CASE WHEN state IN ('failed', 'exhausted') THEN 'The endpoint answered with status 500' END,
    at, CASE WHEN state IN ('delivered', 'exhausted', 'cancelled') THEN at END
  FROM (
    SELECT n, ${id} AS id, now() - interval '90 days' * (1 - n::float8 / $3) AS at,
      CASE WHEN n % 200000 = 11 THEN cardinality($4::uuid[]) WHEN n % 10 < 6 THEN 1
        ELSE (2 + n::bigint * 7919 % (cardinality($4::uuid[]) - 2))::int END AS webhook,
      CASE WHEN n % 1000 < 970 THEN 'delivered' WHEN n % 1000 < 985 THEN 'exhausted' WHEN n % 1000 < 992 THEN 'cancelled'
        WHEN n % 1000 < 996 THEN 'failed' ELSE 'pending' END AS state
      FROM generate_series($1::int, $2::int) AS n OFFSET 0
  ) AS made`;

/** Some of those that are open are being sent, as claims leave them. */
const leasesStatement = `
  INSERT INTO delivery_leases (id, webhook_id, lease_until, delivery_ids)
  SELECT gen_random_uuid(), webhook_id, now() + interval '1 hour', array_agg(id) FROM (
    SELECT id, webhook_id, row_number() OVER (ORDER BY id) AS n FROM deliveries WHERE state IN ('pending', 'failed')
  ) AS open WHERE n % 400 = 0 GROUP BY webhook_id`;

const incomingStatement = `
  INSERT INTO incoming_requests (id, source_id, integration_id, headers, body, received_at, processed_at, event_id)
  SELECT uuidv7(-interval '90 days' * (1 - n::float8 / $1)), ($2::uuid[])[1], ($2::uuid[])[1 + n % 10 / 6 * (n % 50)],
    '{"content-type": "application/json"}', convert_to(repeat('x', 200), 'UTF8'), now(), now(), uuidv7()
  FROM generate_series(1, $1::int) AS n`;

const callsStatement = `
  INSERT INTO integration_calls (id, integration_id, kind, method, url, status, duration_ms, created_at)
  SELECT uuidv7(-interval '90 days' * (1 - n::float8 / $1)), ($2::uuid[])[1 + n % 10 / 6 * (n % 50)], 'test', 'GET',
    'https://hooks.example.org/in', 200, 12, now()
  FROM generate_series(1, $1::int) AS n`;
