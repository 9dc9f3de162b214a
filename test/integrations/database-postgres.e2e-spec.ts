import { Client } from 'pg';
import { createTestDatabase } from '../support/test-database.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { waitFor } from '../support/wait-for.js';
import { ConnectorRobot } from './connector-robot.js';
import { integrationBody } from './integrations-robot.js';

describe('the database connector on PostgreSQL', () => {
  let app: TestApp;
  let robot: ConnectorRobot;
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let client: Client;
  let password: string;
  beforeAll(async () => {
    [app, database] = await Promise.all([startTestApp(), createTestDatabase()]);
    robot = new ConnectorRobot(app, 'database');
    client = new Client({ connectionString: database.url });
    await client.connect();
    password = decodeURIComponent(new URL(database.url).password);
    await client.query(`
      CREATE TABLE students (id bigint PRIMARY KEY, name text, changed timestamptz);
      INSERT INTO students SELECT n, 'Student ' || n, '2026-01-01'::timestamptz + n / 10 * interval '1 microsecond'
        FROM generate_series(1, 95) n;
      CREATE TABLE grades (
        student integer, module text, grade integer CHECK (grade BETWEEN 0 AND 100), note jsonb, gone boolean NOT NULL DEFAULT false,
        PRIMARY KEY (student, module));
      CREATE TABLE secrets (id integer PRIMARY KEY);
      REVOKE ALL ON secrets FROM CURRENT_USER;`);
  });
  afterAll(async () => {
    await client.end();
    await app.stop();
    await database.drop();
  });
  beforeEach(() => client.query('TRUNCATE grades'));

  const credentials = () => ({
    authType: 'basic',
    authConfig: { username: decodeURIComponent(new URL(database.url).username), password },
  });
  const server = () => {
    const { hostname, port, pathname } = new URL(database.url);
    return { engine: 'postgresql', host: hostname, port: Number(port), database: pathname.slice(1), tls: 'disable' };
  };
  const pulling = (config: object = {}) => ({
    ...credentials(),
    config: {
      ...server(),
      direction: 'pull',
      query: 'SELECT id, name, changed FROM students -- all of them',
      keyColumns: ['id'],
      batchSize: 20,
      ...config,
    },
  });
  const pushing = (config: object = {}) => ({
    ...credentials(),
    config: {
      ...server(),
      direction: 'push',
      table: 'public.grades',
      columns: { 'student.id': 'student', module: 'module', grade: 'grade', note: 'note' },
      keyColumns: ['student', 'module'],
      ...config,
    },
  });
  const grade = (student: number, value: unknown, rest: object = {}) => ({
    key: `s${student}`,
    data: { student: { id: student }, module: 'm', grade: value, ...rest },
  });
  const grades = async (): Promise<[number, number][]> =>
    (await client.query('SELECT student, grade FROM grades ORDER BY student')).rows.map((row) => [
      row.student,
      row.grade,
    ]);

  it('reads all rows in pages, by their key', async () => {
    const { pages, keys, summary } = await robot.pull(await robot.create(pulling()));
    expect(pages.map(({ records }) => records.length)).toEqual([20, 20, 20, 20, 15]);
    expect(keys).toEqual(Array.from({ length: 95 }, (_, index) => String(index + 1)));
    expect(summary).toEqual({ checkpoint: null, isFull: true });
  });

  it('goes on where an interrupted pass was, without losing a row', async () => {
    for (const config of [{}, { watermarkColumn: 'changed' }]) {
      const integration = await robot.create(pulling(config));
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
    const integration = await robot.create(pulling({ watermarkColumn: 'changed' }));
    const { summary } = await robot.pull(integration);
    expect(summary).toEqual({ checkpoint: { by: ['changed'], at: ['2026-01-01T00:00:00.000009Z'] }, isFull: false });
    await client.query(`INSERT INTO students VALUES
      (100, 'late, at the same microsecond', '2026-01-01 00:00:00.000009Z'),
      (101, 'new', '2026-01-02'), (102, 'older', '2025-01-01'), (103, 'never changed', NULL)`);
    const { keys, summary: next } = await robot.pull(integration, { checkpoint: summary.checkpoint });
    expect(keys).toEqual(['90', '91', '92', '93', '94', '95', '100', '101']);
    const again = await robot.pull(integration, { checkpoint: next.checkpoint });
    expect(again.keys).toEqual(['101']);
    expect(again.summary).toEqual(next);
    await client.query('DELETE FROM students WHERE id >= 100');
  });

  it('binds parameters, and never takes them for SQL', async () => {
    const query = `SELECT id FROM students WHERE name = $1 OR name = $2 AND '$3' <> '?'`;
    const integration = await robot.create(
      pulling({ query, parameters: ['Student 7', "' OR true --"], watermarkColumn: 'id' }),
    );
    expect((await robot.pull(integration)).keys).toEqual(['7']);
    expect((await robot.pull(integration, { checkpoint: { by: ['id'], at: ['8'] } })).keys).toEqual([]);
  });

  it('loses nothing of a value on its way to JSON', async () => {
    const query = `SELECT 1 AS id, 9007199254740993::bigint AS large, 0.10000000000000000001::numeric AS exact, 1.5::float8 AS real,
      'NaN'::float8 AS nan, true AS yes, NULL AS nothing, '2026-02-03'::date AS day, '2026-02-03 04:05:06.789012+01'::timestamptz AS time,
      '\\xdeadbeef'::bytea AS bytes, '{"a": [1]}'::jsonb AS json, ARRAY[1, 2] AS numbers, ARRAY['a,b', NULL] AS texts,
      ARRAY[9007199254740993] AS larges, 'infinity'::timestamptz AS forever, '[1,5)'::int4range AS range`;
    const { pages } = await robot.pull(await robot.create(pulling({ query })));
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
    const integration = await robot.create(pulling({ query, keyColumns: ['id', 'part'] }));
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
      `SELECT id FROM students FOR UPDATE`,
      `SELECT id, lo_create(0) AS name FROM students`,
    ]) {
      await expect(robot.pull(await robot.create(pulling({ query })))).rejects.toMatchObject({ kind: 'configuration' });
    }
    expect((await client.query('SELECT FROM students')).rowCount).toBe(95);
  });

  it('ends a query that takes too long, on the server as well', async () => {
    const query = `SELECT id, pg_sleep(60)::text AS waits FROM students`;
    const integration = await robot.create(pulling({ query, timeout: 300 }));
    await expect(robot.pull(integration)).rejects.toMatchObject({ kind: 'source', message: /longer than 300 ms/ });
    await waitFor(noQueryRuns, { what: 'the end of the query on the server' });
  });

  const ours = `WHERE application_name = 'lyceum' AND datname = current_database()`;
  const noQueryRuns = async () => (await client.query(`SELECT FROM pg_stat_activity ${ours}`)).rowCount === 0;

  it('ends with its connection when it is cancelled, and when nobody asks for more', async () => {
    const integration = await robot.create(pulling());
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
      [{ authConfig: { ...credentials().authConfig, password: 'wrong password here' } }, 'authentication', /password/],
      [{ config: { ...pulling().config, database: 'nowhere' } }, 'configuration', /"nowhere" does not exist/],
      [{ config: { ...pulling().config, keyColumns: ['nr'] } }, 'configuration', /nr/],
      [{ config: { ...pulling().config, query: 'SELECT id FROM secrets' } }, 'configuration', /permission denied/],
      [
        { config: { ...pulling().config, query: 'SELECT id FROM students WHERE id = $1' } },
        'configuration',
        /parameter/,
      ],
      [{ config: { ...pulling().config, query: 'SELECT 1/0 AS id' } }, 'source', /division by zero/],
      [{ config: { ...pulling().config, port: 1 } }, 'source', /connection-refused/],
      [{ config: { ...pulling().config, tls: 'require' } }, 'configuration', /does not offer TLS/],
    ];
    for (const [changes, kind, message] of cases) {
      const integration = await robot.create({ ...pulling(), ...changes });
      const failure = await robot.pull(integration).catch((error: unknown) => error);
      expect(failure).toMatchObject({ kind, message: expect.stringMatching(message) });
      expect((failure as Error).message).not.toContain(password);
      expect((failure as Error).message).not.toContain('wrong password');
    }
  });

  it('says when the connection breaks in the middle, and goes on from there', async () => {
    const integration = await robot.create(pulling());
    const generator = robot.start(integration);
    const first = await generator.next();
    await client.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity ${ours}`);
    await expect(generator.next()).rejects.toMatchObject({ kind: 'source' });
    const { checkpoint } = first.value as { checkpoint: null };
    expect((await robot.pull(integration, { checkpoint, isResumed: true })).keys).toHaveLength(76);
  });

  it('upserts, and changes nothing the second time', async () => {
    const integration = await robot.create(pushing());
    const items = [grade(1, 10, { note: { by: ['x'] } }), grade(2, 20), grade(1, 11, { note: null })];
    for (let time = 1; time <= 2; time += 1) {
      expect(await robot.push(integration, items)).toEqual({ refused: [] });
      expect(await grades()).toEqual([
        [1, 11],
        [2, 20],
      ]);
    }
    expect(await robot.send(integration, grade(3, 30).data)).toEqual({ table: 'public.grades', upserted: 1 });
    expect(await grades()).toHaveLength(3);
  });

  it('lets good rows arrive and gives bad ones back with the reason', async () => {
    const integration = await robot.create(pushing());
    const items = Array.from({ length: 50 }, (_, index) => grade(index, index));
    items[7] = grade(7, 'many');
    items[30] = grade(30, 101);
    items.push({ key: 'no-key', data: { student: { id: 1 }, module: null } as never });
    const { refused } = await robot.push(integration, items);
    expect(refused).toEqual(
      expect.arrayContaining([
        { key: 's7', reason: expect.stringContaining('invalid input syntax'), isRetryable: false },
        { key: 's30', reason: expect.stringContaining('grades_grade_check'), isRetryable: false },
        { key: 'no-key', reason: 'It has no value for the key column module', isRetryable: false },
      ]),
    );
    expect(refused).toHaveLength(3);
    expect(await grades()).toHaveLength(48);
  });

  it('writes more rows than one statement can hold', async () => {
    const integration = await robot.create(pushing());
    expect(
      await robot.push(
        integration,
        Array.from({ length: 10_000 }, (_, n) => grade(n, n % 100)),
      ),
    ).toEqual({ refused: [] });
    expect(await grades()).toHaveLength(10_000);
  });

  it.each([
    ['ignore', 2, false],
    ['delete', 1, false],
    [{ mark: 'gone' }, 2, true],
  ])('treats a deleted record by onDelete %j', async (onDelete, count, isMarked) => {
    const integration = await robot.create(pushing({ onDelete }));
    await robot.push(integration, [grade(1, 10), grade(2, 20)]);
    for (let time = 1; time <= 2; time += 1) {
      await robot.push(integration, [{ ...grade(1, 10), isDeleted: true }]);
      const { rows } = await client.query('SELECT gone FROM grades WHERE student = 1');
      expect([(await grades()).length, rows[0]?.gone ?? false]).toEqual([count, isMarked]);
    }
    await robot.push(integration, [grade(1, 12)]);
    expect((await client.query('SELECT FROM grades WHERE NOT gone')).rowCount).toBe(2);
  });

  it('tests without side effects, and says what it did', async () => {
    const pulled = await robot.test(await robot.create(pulling({ watermarkColumn: 'changed' })));
    expect(pulled.map(({ did }) => did)).toEqual([
      expect.stringMatching(/^Connected to 127.0.0.1, database test_\w+ \(PostgreSQL 18.*without TLS\)$/),
      expect.stringContaining('Had the query planned'),
    ]);
    const pushed = await robot.test(await robot.create(pushing({ onDelete: { mark: 'gone' } })));
    expect(pushed.at(-1)?.did).toContain('without running it');
    expect(await grades()).toEqual([]);
    for (const [config, message] of [
      [{ table: 'nowhere' }, /nowhere/],
      [{ table: 'secrets', columns: { id: 'id' }, keyColumns: ['id'] }, /permission denied/],
      [{ keyColumns: ['student'] }, /no unique|ON CONFLICT/],
      [{ columns: { a: 'student', b: 'module', c: 'nowhere' } }, /nowhere/],
    ] as const) {
      await expect(robot.test(await robot.create(pushing(config)))).rejects.toMatchObject({
        kind: 'configuration',
        message: expect.stringMatching(message),
      });
    }
  });

  it('does not take names of tables and columns for SQL', async () => {
    for (const [field, config] of [
      ['config.table', { table: 'grades; DROP TABLE grades' }],
      ['config.columns.a', { columns: { a: 'student") VALUES (1); --' } }],
      ['config.keyColumns.0', { keyColumns: ['x"'] }],
      ['config.keyColumns.0', { keyColumns: ['grade2'] }],
      ['config.onDelete', { onDelete: 'truncate' }],
      ['config.columns.b', { columns: { a: 'student', b: 'student', c: 'module' } }],
      ['config.source', { source: {} }],
    ] as const) {
      const { status, json } = await robot.integrations.admin(
        'POST',
        '',
        integrationBody({ type: 'database', ...pushing(config) }),
      );
      expect([status, json.errors[0]?.field]).toEqual([422, field]);
    }
  });

  it.each([
    ['config.host', { host: '10.0.0.5' }],
    ['config.host', { host: '169.254.169.254' }],
    ['config.host', { host: 'localhost' }],
    ['config.host', { host: '::1' }],
    ['config.host', { host: '/var/run/postgresql' }],
    ['config.host', { host: 'db.example.org?sslmode=disable' }],
    ['config.port', { port: 0 }],
    ['config.query', { query: 'DELETE FROM students' }],
    ['config.keyColumns', { keyColumns: [] }],
    ['config.parameters.0', { parameters: [{}] }],
    ['config.timeout', { timeout: 1 }],
    ['config.certificateAuthority', { certificateAuthority: 'trust me' }],
    ['config.host', { engine: 'mysql', tls: 'verify' }],
    ['config.options', { options: '-c x=y' }],
  ])('refuses a configuration that is wrong in %s: %j', async (field, config) => {
    const body = integrationBody({ type: 'database', ...pulling(config) });
    const { status, json } = await robot.integrations.admin('POST', '', body);
    expect([status, json.errors.map((error: { field: string }) => error.field)]).toEqual([422, [field]]);
  });
});
