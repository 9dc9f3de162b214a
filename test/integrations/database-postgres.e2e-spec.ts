import { waitFor } from '../support/wait-for.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { StoreRobot } from './store-robot.js';
import { PostgresFixture } from './postgres-fixture.js';

describe('reading from PostgreSQL', () => {
  let app: TestApp;
  let robot: StoreRobot;
  let source: PostgresFixture;
  beforeAll(async () => {
    [app, source] = await Promise.all([startTestApp(), PostgresFixture.start()]);
    robot = new StoreRobot(app, 'database');
  });
  afterAll(async () => {
    await app.stop();
    await source.stop();
  });

  it('reads all rows in pages, by their key', async () => {
    const { pages, keys, summary } = await robot.pull(await robot.create(source.pulling()));
    expect(pages.map(({ records }) => records.length)).toEqual([20, 20, 20, 20, 15]);
    expect(keys).toEqual(Array.from({ length: 95 }, (_, index) => String(index + 1)));
    expect(summary).toEqual({ checkpoint: null, isFull: true });
  });

  it('goes on where an interrupted pass was, without losing a row', async () => {
    for (const config of [{}, { watermarkColumn: 'changed' }]) {
      const integration = await robot.create(source.pulling(config));
      const whole = await robot.pull(integration);
      for (const { checkpoint } of whole.pages) {
        const rest = await robot.pull(integration, { checkpoint, isResumed: true });
        const seen = whole.pages.slice(0, whole.pages.findIndex((page) => page.checkpoint === checkpoint) + 1);
        const keys = [...seen.flatMap(({ records }) => records.map(({ key }) => key)), ...rest.keys];
        expect(new Set(keys)).toEqual(new Set(whole.keys));
        expect(keys.length).toBeLessThanOrEqual(whole.keys.length + 1);
        expect(rest.summary).toEqual(whole.summary);
      }
    }
  });

  it('reads what is new from the watermark on, and what came in late with the same one', async () => {
    const integration = await robot.create(source.pulling({ watermarkColumn: 'changed' }));
    const { summary } = await robot.pull(integration);
    expect(summary).toEqual({ checkpoint: { by: ['changed'], at: ['2026-01-01T00:00:00.000009Z'] }, isFull: false });
    await source.client.query(`INSERT INTO students VALUES
      (100, 'late, at the same microsecond', '2026-01-01 00:00:00.000009Z'),
      (101, 'new', '2026-01-02'), (102, 'older', '2025-01-01'), (103, 'never changed', NULL)`);
    const { keys, summary: next } = await robot.pull(integration, { checkpoint: summary.checkpoint });
    expect(keys).toEqual(['90', '91', '92', '93', '94', '95', '100', '101']);
    const again = await robot.pull(integration, { checkpoint: next.checkpoint });
    expect(again.keys).toEqual(['101']);
    expect(again.summary).toEqual(next);
    await source.client.query('DELETE FROM students WHERE id >= 100');
  });

  it('binds parameters, and never takes them for SQL', async () => {
    const query = `SELECT id FROM students WHERE name = $1 OR name = $2 AND '$3' <> '?'`;
    const integration = await robot.create(
      source.pulling({ query, parameters: ['Student 7', "' OR true --"], watermarkColumn: 'id' }),
    );
    expect((await robot.pull(integration)).keys).toEqual(['7']);
    expect((await robot.pull(integration, { checkpoint: { by: ['id'], at: ['8'] } })).keys).toEqual([]);
  });

  it('loses nothing of a value on its way to JSON', async () => {
    const query = `SELECT 1 AS id, 9007199254740993::bigint AS large, 0.10000000000000000001::numeric AS exact, 1.5::float8 AS real,
      'NaN'::float8 AS nan, true AS yes, NULL AS nothing, '2026-02-03'::date AS day, '2026-02-03 04:05:06.789012+01'::timestamptz AS time,
      '\\xdeadbeef'::bytea AS bytes, '{"a": [1]}'::jsonb AS json, ARRAY[1, 2] AS numbers, ARRAY['a,b', NULL] AS texts,
      ARRAY[9007199254740993] AS larges, 'infinity'::timestamptz AS forever, '[1,5)'::int4range AS range`;
    const { pages } = await robot.pull(await robot.create(source.pulling({ query })));
    expect(pages[0]?.records[0]?.data).toEqual({
      id: 1,
      large: '9007199254740993',
      exact: '0.10000000000000000001',
      real: 1.5,
      nan: 'NaN',
      yes: true,
      nothing: null,
      day: '2026-02-03',
      time: '2026-02-03T03:05:06.789012Z',
      bytes: '3q2+7w==',
      json: { a: [1] },
      numbers: [1, 2],
      texts: ['a,b', null],
      larges: ['9007199254740993'],
      forever: 'infinity',
      range: '[1,5)',
    });
  });

  it('makes one key of several columns, and keeps rows without a key for repair', async () => {
    const query = `SELECT * FROM (VALUES (1, 'a'), (1, 'b'), (2, NULL)) AS t (id, part)`;
    const integration = await robot.create(source.pulling({ query, keyColumns: ['id', 'part'] }));
    const first = await robot.pull(integration);
    expect(first.keys).toEqual(['["1","a"]', '["1","b"]']);
    expect(first.pages[0]?.rejected).toEqual([
      {
        position: expect.stringMatching(/^row /),
        reason: 'The key column part is null',
        excerpt: '{"id":2,"part":null}',
      },
    ]);
    expect((await robot.pull(integration)).pages).toEqual(first.pages);
  });

  it('writes nothing with a query, whatever that says', async () => {
    for (const query of [
      `WITH gone AS (DELETE FROM students RETURNING id) SELECT id FROM gone`,
      `SELECT 1 AS id) AS q; DELETE FROM students; SELECT * FROM (SELECT 1 AS id`,
      // Several commands: the first would end what holds us to reading.
      `SELECT 1 AS id) AS q; COMMIT; DELETE FROM students; SELECT * FROM (SELECT 1 AS id`,
      `SELECT id FROM students FOR UPDATE`,
      `SELECT id, lo_create(0) AS name FROM students`,
    ]) {
      const integration = await robot.create(source.pulling({ query }));
      await expect(robot.pull(integration)).rejects.toMatchObject({ kind: 'configuration' });
      await robot.test(integration).catch(() => undefined);
    }
    expect((await source.client.query('SELECT FROM students')).rowCount).toBe(95);
  });

  it('ends a query that takes too long, on the server as well', async () => {
    const query = `SELECT id, pg_sleep(60)::text AS waits FROM students`;
    const integration = await robot.create(source.pulling({ query, timeout: 300 }));
    await expect(robot.pull(integration)).rejects.toMatchObject({ kind: 'source', message: /longer than 300 ms/ });
    await waitFor(noQueryRuns, { what: 'the end of the query on the server' });
  });

  const ours = `WHERE application_name = 'lyceum' AND datname = current_database()`;
  const noQueryRuns = async () => (await source.client.query(`SELECT FROM pg_stat_activity ${ours}`)).rowCount === 0;

  it('ends with its connection when it is cancelled, and when nobody asks for more', async () => {
    const integration = await robot.create(source.pulling());
    const cancelling = new AbortController();
    const generator = robot.start(integration, { signal: cancelling.signal });
    await generator.next();
    cancelling.abort(new Error('cancelled'));
    await expect(generator.next()).rejects.toThrow('cancelled');
    const other = robot.start(integration);
    await other.next();
    await other.return({ checkpoint: null, isFull: false });
    await waitFor(noQueryRuns, { what: 'the end of the connections' });
  });

  it('says what failed, without the password', async () => {
    const cases: [object, string, RegExp][] = [
      [
        { authConfig: { ...source.credentials().authConfig, password: 'wrong password here' } },
        'authentication',
        /password/,
      ],
      [{ config: { ...source.pulling().config, database: 'nowhere' } }, 'configuration', /"nowhere" does not exist/],
      [{ config: { ...source.pulling().config, keyColumns: ['nr'] } }, 'configuration', /nr/],
      [
        { config: { ...source.pulling().config, query: 'SELECT id FROM secrets' } },
        'configuration',
        /permission denied/,
      ],
      [
        { config: { ...source.pulling().config, query: 'SELECT id FROM students WHERE id = $1' } },
        'configuration',
        /parameter/,
      ],
      [{ config: { ...source.pulling().config, query: 'SELECT 1/0 AS id' } }, 'source', /division by zero/],
      [{ config: { ...source.pulling().config, port: 1 } }, 'source', /connection-refused/],
      [{ config: { ...source.pulling().config, tls: 'require' } }, 'configuration', /does not offer TLS/],
    ];
    for (const [changes, kind, message] of cases) {
      const integration = await robot.create({ ...source.pulling(), ...changes });
      const failure = await robot.pull(integration).catch((error: unknown) => error);
      expect(failure).toMatchObject({ kind, message: expect.stringMatching(message) });
      expect((failure as Error).message).not.toContain(source.password);
      expect((failure as Error).message).not.toContain('wrong password');
    }
  });

  it('says when the connection breaks in the middle, and goes on from there', async () => {
    const integration = await robot.create(source.pulling());
    const generator = robot.start(integration);
    const first = await generator.next();
    await source.client.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity ${ours}`);
    await expect(generator.next()).rejects.toMatchObject({ kind: 'source' });
    const { checkpoint } = first.value as { checkpoint: null };
    expect((await robot.pull(integration, { checkpoint, isResumed: true })).keys).toHaveLength(76);
  });
});
