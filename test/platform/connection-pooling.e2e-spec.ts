import { Client } from 'pg';
import { registerPerson, type Person } from '../identity/people.js';
import { ExecutorStandIn } from '../support/executor-stand-in.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { waitFor } from '../support/wait-for.js';

/** Fewer than the connections that are kept to a service, and than the runs that may be under way. */
const callers = 12;
const poolSize = 5;

describe('connections', () => {
  let executor: ExecutorStandIn;
  let app: TestApp;
  let ada: Person;
  beforeAll(async () => {
    executor = await ExecutorStandIn.start();
    app = await startTestApp({
      EXECUTOR_SERVICE_URL: executor.url,
      EXECUTION_CONCURRENCY: String(callers),
      DATABASE_POOL_SIZE: String(poolSize),
    });
    ada = await registerPerson(app);
    executor.faults = { data: { output: '' } };
  });
  afterAll(async () => {
    await app.stop();
    await executor.stop();
  });

  const run = () => app.request('POST', '/api/v1/execute', { body: { code: 'pass' }, token: ada.accessToken });

  it('to a service are kept: one after the other needs one, many at once as many, and no more later', async () => {
    await waitFor(() => executor.requests.length > 0, { what: 'the first health check' });
    const before = executor.connections;
    for (let call = 0; call < 10; call += 1) await run();
    expect(executor.connections - before).toBeLessThanOrEqual(1);

    for (let wave = 0; wave < 5; wave += 1) await Promise.all(Array.from({ length: callers }, run));
    expect(executor.executions).toHaveLength(10 + 5 * callers);
    // One more for the health check, which may be under way.
    expect(executor.connections).toBeLessThanOrEqual(callers + 1);
  });

  it('to the database are never more than its pool has, however many requests come', async () => {
    const observer = new Client({ connectionString: app.databaseUrl });
    await observer.connect();
    const count = async () => {
      const sql = `SELECT count(*)::int AS count FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'lyceum'`;
      return (await observer.query<{ count: number }>(sql)).rows[0]?.count ?? 0;
    };
    try {
      const most: number[] = [];
      const over = new AbortController();
      const watch = (async () => {
        while (!over.signal.aborted) most.push(await count());
      })();
      const progress = () => app.request('GET', '/api/v1/progress', { token: ada.accessToken });
      const answers = await Promise.all(Array.from({ length: 100 }, progress));
      over.abort();
      await watch;
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
      expect(Math.max(...most)).toBe(poolSize);
    } finally {
      await observer.end();
    }
  });
});
