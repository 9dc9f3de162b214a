import { Client } from 'pg';
import { HealthRegistry, type HealthFinding } from '../../src/platform/health/health-registry.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { waitFor } from '../support/wait-for.js';

describe('health', () => {
  let app: TestApp;
  let registry: HealthRegistry;
  beforeAll(async () => {
    app = await startTestApp({ HEALTH_CHECK_TIMEOUT: '200' });
    registry = app.app.get(HealthRegistry);
  });
  afterAll(() => app.stop());

  /** Puts a part into the report while the work runs, and waits until the report shows it. */
  const withPart = async (
    isRequired: boolean,
    check: () => Promise<HealthFinding>,
    work: (health: Awaited<ReturnType<TestApp['request']>>) => Promise<void> | void,
  ) => {
    registry.register({ name: 'part', isRequired, check });
    try {
      await waitFor(async () => (await app.request('GET', '/health')).json.checks.part !== undefined);
      await work(await app.request('GET', '/health'));
    } finally {
      registry.unregister('part');
      await waitFor(async () => (await app.request('GET', '/health')).json.checks.part === undefined);
    }
  };

  it('tells the state of every part in the form of the health draft', async () => {
    const { status, headers, json } = await app.request('GET', '/health');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toContain('application/health+json');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(json).toMatchObject({ version: expect.stringMatching(/^\d+\.\d+\.\d+/), checks: expect.any(Object) });
    for (const name of ['database', 'jobs', 'events', 'disk', 'event-loop', 'redis']) {
      expect(json.checks[name]).toMatchObject({
        status: expect.stringMatching(/^(pass|warn)$/),
        time: expect.stringMatching(/Z$/),
        durationMs: expect.any(Number),
      });
    }
    expect(json.checks.jobs.details).toEqual({ waiting: expect.any(Number), oldestSeconds: expect.any(Number) });
  });

  it('answers the same in the envelope of the portal', async () => {
    const { status, json } = await app.request('GET', '/api/v1/health');
    expect(status).toBe(200);
    expect(json).toMatchObject({
      success: true,
      message: expect.any(String),
      data: { checks: { database: { status: 'pass' } } },
    });
  });

  it('stays in rotation with a warning when an optional part fails', async () => {
    const check = () => Promise.resolve({ status: 'fail' as const, note: 'Away' });
    await withPart(false, check, async ({ status, json }) => {
      expect([status, json.status, json.checks.part.status]).toEqual([200, 'warn', 'warn']);
      expect((await app.request('GET', '/health/ready')).status).toBe(200);
    });
  });

  it('leaves the rotation when a required part fails', async () => {
    const check = () => Promise.resolve({ status: 'fail' as const, note: 'Away' });
    await withPart(true, check, async ({ status, json }) => {
      expect([status, json.status]).toEqual([503, 'fail']);
      const ready = await app.request('GET', '/health/ready');
      expect([ready.status, ready.json]).toEqual([503, { status: 'fail', note: 'Failing: part' }]);
      const portal = await app.request('GET', '/api/v1/health');
      expect([portal.status, portal.json.success, portal.json.code]).toEqual([503, false, 'health.failing']);
      expect(portal.json.health.checks.part.status).toBe('fail');
      expect((await app.request('GET', '/health/live')).status).toBe(200);
    });
  });

  it('does not wait for a check that never ends', async () => {
    await withPart(
      true,
      () => new Promise<never>(() => undefined),
      ({ status, json }) => {
        expect(status).toBe(503);
        expect(json.checks.part).toMatchObject({ status: 'fail', note: 'No answer within 200 ms' });
        expect(json.checks.database.status).toBe('pass');
      },
    );
  });

  it('tells nobody what is inside: no error text, no address, no secret', async () => {
    const failing = () => Promise.reject(new Error('password authentication failed for lyceum at 10.1.2.3:5432'));
    await withPart(false, failing, ({ text, json }) => {
      expect(text).not.toMatch(/10\.1\.2\.3|lyceum at|password/);
      expect(json.checks.part.note).toBe('The check failed; the log says why');
    });
    const finding = {
      status: 'warn' as const,
      note: 'http://executor.internal:8080/run is slow',
      details: { instances: [{ url: 'http://10.0.0.7:8080', state: 'open' }] },
    };
    await withPart(
      false,
      () => Promise.resolve(finding),
      ({ text, json }) => {
        expect(text).not.toMatch(/executor\.internal|10\.0\.0\.7/);
        expect(json.checks.part.details).toEqual({ instances: [{ url: '[address]', state: 'open' }] });
      },
    );
  });

  it('asks each part at most once a second, however often it is probed', async () => {
    let asked = 0;
    const check = () => {
      asked += 1;
      return Promise.resolve({ status: 'pass' as const });
    };
    await withPart(true, check, async () => {
      const before = asked;
      await Promise.all(Array.from({ length: 200 }, () => app.request('GET', '/health')));
      // Two hundred probes in a row may reach into a second and a third second, no more.
      expect(asked - before).toBeLessThan(20);
    });
  });

  it('warns when background work is late, and counts what waits', async () => {
    const client = new Client({ connectionString: app.databaseUrl });
    await client.connect();
    try {
      await client.query(
        `INSERT INTO graphile_worker._private_tasks (identifier) VALUES ('test.nobody-does-this') ON CONFLICT DO NOTHING`,
      );
      await client.query(
        `SELECT graphile_worker.add_job('test.nobody-does-this', run_at := now() - interval '5 minutes')`,
      );
      const check = await waitFor(async () => {
        const { jobs } = (await app.request('GET', '/health')).json.checks;
        return jobs.status === 'warn' && jobs;
      });
      expect(check.details.waiting).toBe(1);
      expect(check.details.oldestSeconds).toBeGreaterThanOrEqual(300);
      expect(check.note).toContain('ROLE=worker');
    } finally {
      await client.query(`DELETE FROM graphile_worker._private_jobs`);
      await client.end();
    }
  });

  it('fails while the database is away, and passes when it is back', async () => {
    const name = new URL(app.databaseUrl).pathname.slice(1);
    const server = new URL(app.databaseUrl);
    server.pathname = '/postgres';
    const client = new Client({ connectionString: server.toString() });
    await client.connect();
    try {
      await client.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
      await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
      await waitFor(async () => (await app.request('GET', '/health/ready')).status === 503);
      const health = await app.request('GET', '/health');
      expect([health.status, health.json.checks.database.status]).toEqual([503, 'fail']);
      expect((await app.request('GET', '/health/live')).status).toBe(200);
    } finally {
      await client.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
      await client.end();
    }
    await waitFor(async () => (await app.request('GET', '/health/ready')).status === 200);
  });
});
