import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { startAppProcess, type AppProcess } from '../support/app-process.js';
import { SyncStandIn } from '../support/sync/sync-stand-in.js';
import { createTestDatabase } from '../support/test-database.js';
import { waitFor } from '../support/wait-for.js';

// Each test starts whole processes, and waits for leases to run out.
jest.setTimeout(400_000);

/** A lease of 20 s and a tick every second, from the start of the next process. */
const resumesWithinMs = 30_000;

describe('the synchronisation of processes that are killed', () => {
  const adminSecret = randomUUID() + randomUUID();
  let dataDirectory: string;
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let client: Client;
  let standIn: SyncStandIn;
  let processes: AppProcess[] = [];
  beforeEach(async () => {
    dataDirectory = mkdtempSync(path.join(tmpdir(), 'lyceum-chaos-'));
    [database, standIn] = await Promise.all([createTestDatabase(), SyncStandIn.start()]);
    client = new Client({ connectionString: database.url });
    await client.connect();
  });
  afterEach(async () => {
    await Promise.all(processes.map((each) => each.stop()));
    processes = [];
    await client.end();
    await standIn.stop();
    await database.drop();
    rmSync(dataDirectory, { recursive: true, force: true });
  });

  const start = async (): Promise<AppProcess> => {
    const started = await startAppProcess({
      program: 'dist/test/support/sync/sync-process.js',
      environment: {
        DATABASE_URL: database.url,
        DATA_DIR: dataDirectory,
        ADMIN_SECRET: adminSecret,
        LOG_LEVEL: 'warn',
        OUTBOUND_ALLOW_HOSTS: '127.0.0.1',
        RATE_LIMIT_MAX: '1000000',
        EXECUTION_WARM_INTERPRETERS: '0',
      },
      timeoutMs: 90_000,
    });
    processes.push(started);
    return started;
  };
  const kill = async (each: AppProcess) => {
    each.kill('SIGKILL');
    await each.exited;
  };
  // eslint-disable-next-line typescript/no-explicit-any -- bodies of every shape
  const admin = async ({ url }: AppProcess, method: string, target: string, body?: object): Promise<any> => {
    const response = await fetch(`${url}/api/integrations${target}`, {
      method,
      headers: { 'x-admin-secret': adminSecret, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (response.status >= 300) throw new Error(`${method} ${target}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  const create = async (app: AppProcess, config: object): Promise<string> => {
    const body = { name: `Chaos ${randomUUID()}`, type: 'api', config, syncFrequency: 0 };
    const { integrationId } = await admin(app, 'POST', '', body);
    await admin(app, 'POST', `/${integrationId}/activate`);
    return integrationId;
  };
  // eslint-disable-next-line typescript/no-explicit-any -- rows of every shape
  const rows = async (sql: string, parameters: unknown[] = []): Promise<any[]> =>
    (await client.query(sql, parameters)).rows;
  const runOf = async (id: string) => (await rows(`SELECT * FROM sync_runs WHERE integration_id = $1`, [id]))[0];

  it('in the middle of the pages of a pull stores each record once, in one pass', async () => {
    const source = standIn.source('/source');
    for (let n = 0; n < 3000; n += 1) source.records.set(`k${n}`, { n });
    Object.assign(source, { pageSize: 100, delayMs: 20 });
    let app = await start();
    const config = { endpoint: standIn.url('/source'), syncEndpoint: standIn.url('/source') };
    const id = await create(app, config);
    await admin(app, 'POST', `/${id}/sync`);

    // Three times, at whatever the process is doing then: asking for a page, or in the transaction that stores one.
    for (let read = 0, kills = 0; kills < 3; kills += 1) {
      const before = read;
      read = await waitFor(
        async () => {
          const count = Number((await runOf(id)).read_count);
          return count > before + 300 ? count : undefined;
        },
        { timeoutMs: 60_000, intervalMs: 1 + kills },
      );
      await kill(app);
      expect((await runOf(id)).state).toBe('running');
      app = await start();
      const at = Number((await runOf(id)).read_count);
      await waitFor(async () => Number((await runOf(id)).read_count) > at, { timeoutMs: resumesWithinMs });
    }
    const run = await waitFor(
      async () => {
        const now = await runOf(id);
        return now.finished_at === null ? undefined : now;
      },
      { timeoutMs: 120_000 },
    );
    // Of 3 000 records each page counted once, although some were asked for twice.
    expect(run).toMatchObject({ state: 'succeeded', takeovers: 3, read_count: '3000', created_count: '3000' });
    const [{ count, sum, passes }] = await rows(
      `SELECT count(*)::int AS count, sum((data ->> 'n')::int)::int AS sum, count(DISTINCT pass_number)::int AS passes
         FROM integration_records WHERE integration_id = $1 AND deleted_at IS NULL`,
      [id],
    );
    expect({ count, sum, passes }).toEqual({ count: 3000, sum: (2999 * 3000) / 2, passes: 1 });
    const [events] = await rows(
      `SELECT count(*)::int AS count, count(DISTINCT data ->> 'key')::int AS keys FROM events WHERE type = 'record.created'`,
    );
    expect(events).toEqual({ count: 3000, keys: 3000 });
    const offsets = standIn.reads.map(({ offset }) => offset);
    expect(new Set(offsets).size).toBe(30);
    expect(offsets.length).toBeLessThanOrEqual(33);
  });

  it('in the middle of the batches of a push sends each item, and a batch again only under its id', async () => {
    let app = await start();
    const id = await create(app, {
      endpoint: standIn.url('/target'),
      source: { events: ['grade.published'] },
      batchSize: 20,
    });
    await client.query(
      `INSERT INTO events (type, data) SELECT 'grade.published', jsonb_build_object('studentId', n, 'moduleId', 1, 'grade', 'A')
         FROM generate_series(1, 1000) AS n`,
    );
    const open = async (state: string) =>
      (await rows(`SELECT count(*)::int AS count FROM push_items WHERE state = $1`, [state]))[0].count;
    await waitFor(async () => (await open('waiting')) === 1000, { timeoutMs: 60_000 });
    standIn.source('/target').delayMs = 20;
    await admin(app, 'POST', `/${id}/sync`);
    for (let kills = 0; kills < 2; kills += 1) {
      const before = standIn.batches.length;
      await waitFor(() => standIn.batches.length > before + 5, { timeoutMs: 60_000, intervalMs: 1 });
      await kill(app);
      app = await start();
    }
    await waitFor(async () => (await open('sent')) === 1000, { timeoutMs: 120_000 });
    const byBatch = new Map<string, string[]>();
    for (const { id: batchId, items } of standIn.batches) {
      const keys = items.map(({ key }) => key);
      expect(byBatch.get(batchId) ?? keys).toEqual(keys);
      byBatch.set(batchId, keys);
    }
    // Who tells batches by their ids has each item once, and in order.
    const seen = [...byBatch.values()].flat();
    expect(seen).toHaveLength(1000);
    expect(new Set(seen).size).toBe(1000);
    expect(seen).toEqual(seen.toSorted());
    expect(standIn.batches.length).toBeLessThanOrEqual(50 + 2);
  });

  it('leaves due integrations to others: of three processes with 1 000, each runs exactly once', async () => {
    const apps = [await start(), await start(), await start()];
    standIn.source('/one').records.set('a', { n: 1 });
    const config = { endpoint: standIn.url('/one'), syncEndpoint: standIn.url('/one') };
    await client.query(
      `WITH made AS (
         INSERT INTO integrations (name, type, status, config, auth_type, auth_config, sync_frequency_seconds)
         SELECT 'Due ' || n, 'api', 'active', $1::jsonb, 'none', '{}', 86400 FROM generate_series(1, 1000) AS n RETURNING id
       )
       INSERT INTO sync_schedules (integration_id, due_at) SELECT id, now() + interval '2 seconds' FROM made`,
      [JSON.stringify({ method: 'POST', headers: {}, timeout: 30000, ...config })],
    );
    const finished = async () =>
      (await rows(`SELECT count(*)::int AS count FROM sync_runs WHERE finished_at IS NOT NULL`))[0].count;
    // One is killed in the middle: what it had goes on in another process, under the same run.
    await waitFor(async () => (await finished()) > 100, { timeoutMs: 120_000, intervalMs: 5 });
    await kill(apps[0] as AppProcess);
    await waitFor(async () => (await finished()) >= 1000, { timeoutMs: 180_000 });
    const runs = await rows(
      `SELECT count(*)::int AS runs, count(DISTINCT integration_id)::int AS integrations,
         count(*) FILTER (WHERE state = 'succeeded')::int AS succeeded, sum(created_count)::int AS created
         FROM sync_runs`,
    );
    expect(runs).toEqual([{ runs: 1000, integrations: 1000, succeeded: 1000, created: 1000 }]);
    expect(await rows(`SELECT FROM integration_records`)).toHaveLength(1000);
  });
});
