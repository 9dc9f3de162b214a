import { PartitionDeliveryAttempts1763697000000 } from '../../migrations/1763697000000-partition-delivery-attempts.js';
import { LogRetention } from '../../src/modules/integrations/logs/log-retention.js';
import { firstIdAt } from '../../src/modules/integrations/uuid-v7.policy.js';
import { Database } from '../../src/platform/database/database.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { startBefore } from '../support/migration-database.js';
import { IntegrationsRobot } from './integrations-robot.js';

const dayMs = 86_400_000;
const startedAtMs = Date.now();

describe('the retention of logs', () => {
  let app: TestApp;
  let integrationId: string;
  const query = (sql: string, parameters: unknown[] = []) => app.app.get(Database).manager().query(sql, parameters);
  beforeAll(async () => {
    app = await startTestApp({ LOG_RETENTION: '30d' });
    integrationId = await new IntegrationsRobot(app).create();
  });
  afterAll(() => app.stop());

  const idFrom = (daysAgo: number, number: number): string =>
    firstIdAt(new Date(startedAtMs - daysAgo * dayMs)).slice(0, -4) + String(number).padStart(4, '0');

  async function addDelivery(daysAgo: number, state: string, number: number): Promise<string> {
    const id = idFrom(daysAgo, number);
    await query(`INSERT INTO events (id, type, data, dispatched_at) VALUES ($1, 'grade.published', '{}', now())`, [id]);
    await query(
      `INSERT INTO deliveries (id, event_id, event_type, webhook_id, integration_id, state)
         VALUES ($1, $1, 'grade.published', uuidv7(), $2, $3)`,
      [id, integrationId, state],
    );
    await query(
      `INSERT INTO delivery_attempts (delivery_id, number, started_at, duration_ms, request_headers, is_response_truncated)
         VALUES ($1, 1, now(), 5, '{}', false)`,
      [id],
    );
    return id;
  }

  const kept = async (table: string, column = 'id'): Promise<string[]> =>
    (await query(`SELECT ${column} AS id FROM ${table} WHERE ${column} < $1 ORDER BY 1`, [idFrom(1, 0)])).map(
      ({ id }: { id: string }) => id,
    );

  it('deletes what is older and done with, and keeps what is still to be done with its event', async () => {
    const old = await addDelivery(40, 'delivered', 1);
    const held = await addDelivery(40, 'failed', 2);
    const young = await addDelivery(20, 'exhausted', 3);
    await query(`INSERT INTO integration_calls (id, integration_id, kind, method, url, duration_ms)
      VALUES ('${idFrom(31, 4)}', '${integrationId}', 'test', 'GET', 'https://a.example/', 1)`);
    await query(`INSERT INTO incoming_requests (id, source_id, integration_id, headers, body, processed_at)
      VALUES ('${idFrom(31, 5)}', uuidv7(), '${integrationId}', '{}', 'x', now()),
             ('${idFrom(31, 6)}', uuidv7(), '${integrationId}', '{}', 'x', NULL)`);

    await app.app.get(LogRetention).run(new Date());

    expect(await kept('deliveries')).toEqual([held, young]);
    expect(await kept('events')).toEqual([held, young]);
    expect(await kept('delivery_attempts', 'delivery_id')).not.toContain(old);
    expect(await kept('delivery_attempts', 'delivery_id')).toContain(young);
    expect(await kept('integration_calls')).toEqual([]);
    expect(await kept('incoming_requests')).toEqual([idFrom(31, 6)]);
  });

  it('drops whole days of attempts', async () => {
    const end = new Date(Math.floor(Date.now() / dayMs) * dayMs - 60 * dayMs);
    const name = `delivery_attempts_before_${end.toISOString().slice(0, 10).replaceAll('-', '')}`;
    // As it would stand there had the process run then: the first partition, which begins with no limit, ended that day.
    const [{ first }] = await query(
      `SELECT inhrelid::regclass::text AS first FROM pg_inherits WHERE inhparent = 'delivery_attempts'::regclass ORDER BY 1 LIMIT 1`,
    );
    await query(`ALTER TABLE delivery_attempts DETACH PARTITION ${first}`);
    await query(`DELETE FROM ${first}`);
    await query(`ALTER TABLE ${first} RENAME TO ${name}`);
    await query(
      `ALTER TABLE delivery_attempts ATTACH PARTITION ${name} FOR VALUES FROM (MINVALUE) TO ('${firstIdAt(end)}')`,
    );
    await app.app.get(LogRetention).run(new Date());
    const names: string[] = (
      await query(
        `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'delivery_attempts'::regclass`,
      )
    ).map((row: { name: string }) => row.name);
    expect(names).not.toContain(name);
    expect(names.filter((each) => each.startsWith('delivery_attempts_before_')).length).toBeGreaterThanOrEqual(6);
  });

  it('goes on with the rest in further batches', async () => {
    await query(
      `INSERT INTO integration_calls (id, integration_id, kind, method, url, duration_ms)
         SELECT overlay(uuidv7()::text placing left($1, 13) from 1 for 13)::uuid, $2, 'test', 'GET', 'https://a.example/', 1
           FROM generate_series(1, 4500)`,
      [idFrom(45, 0), integrationId],
    );
    await app.app.get(LogRetention).run(new Date());
    expect(await kept('integration_calls')).toEqual([]);
  });
});

it('attempts of before become a partition, and survive the way back', async () => {
  const database = await startBefore(PartitionDeliveryAttempts1763697000000);
  const { dataSource } = database;
  const insert = (number: number) =>
    dataSource.query(
      `INSERT INTO delivery_attempts (delivery_id, number, started_at, duration_ms, request_headers, is_response_truncated)
         VALUES (uuidv7(), $1, now(), 5, '{"a": "b"}', false)`,
      [number],
    );
  const numbers = async () =>
    (await dataSource.query(`SELECT number FROM delivery_attempts ORDER BY number`)).map(
      ({ number }: { number: number }) => number,
    );
  await insert(1);
  await database.redo();
  await insert(2);
  expect(await numbers()).toEqual([1, 2]);
  await database.undo();
  expect(await numbers()).toEqual([1, 2]);
  await database.redo();
  await insert(3);
  expect(await numbers()).toEqual([1, 2, 3]);
  await database.drop();
});
