import { hasMariadb, MariadbServer } from '../support/mariadb-server.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { selfSignedCertificate } from '../support/training-portal/self-signed-certificate.js';
import { waitFor } from '../support/wait-for.js';
import { StoreRobot } from './store-robot.js';

const password = 'correct horse battery staple';

if (!hasMariadb) console.warn('SKIPPED: the connector to MySQL and MariaDB, because this machine has no mariadbd');

(hasMariadb ? describe : describe.skip)('the database connector on MariaDB', () => {
  let app: TestApp;
  let robot: StoreRobot;
  let server: MariadbServer;
  beforeAll(async () => {
    const { key, cert } = selfSignedCertificate;
    [app, server] = await Promise.all([
      startTestApp({ OUTBOUND_ALLOW_HOSTS: '127.0.0.1,localhost' }),
      MariadbServer.start({ key, certificate: cert }),
    ]);
    robot = new StoreRobot(app, 'database');
    await server.query(`
      CREATE DATABASE sis; USE sis;
      CREATE USER 'reader'@'127.0.0.1' IDENTIFIED BY '${password}';
      CREATE TABLE sis.students (id bigint PRIMARY KEY, name text, changed timestamp(6) NULL);
      SET time_zone = '+00:00';
      INSERT INTO sis.students
        SELECT 9007199254740990 + seq, CONCAT('Student ', seq), '2026-01-01 00:00:00' + INTERVAL seq DIV 10 MICROSECOND
        FROM seq_1_to_95;
      CREATE TABLE sis.grades (
        student integer, module varchar(20), grade integer CHECK (grade BETWEEN 0 AND 100), graded datetime(3),
        gone boolean NOT NULL DEFAULT false, PRIMARY KEY (student, module));
      CREATE TABLE sis.keyless (student integer, module varchar(20));
      CREATE TABLE sis.secrets (id integer PRIMARY KEY);
      GRANT ALL ON sis.students TO 'reader'@'127.0.0.1';
      GRANT ALL ON sis.grades TO 'reader'@'127.0.0.1';
      GRANT ALL ON sis.keyless TO 'reader'@'127.0.0.1';`);
  });
  afterAll(async () => {
    await app.stop();
    await server.stop();
  });
  beforeEach(() => server.query('TRUNCATE sis.grades'));

  const credentials = { authType: 'basic', authConfig: { username: 'reader', password } };
  const place = () => ({ engine: 'mysql', host: '127.0.0.1', port: server.port, database: 'sis', tls: 'disable' });
  const pulling = (config: object = {}) => ({
    ...credentials,
    config: {
      ...place(),
      direction: 'pull',
      query: 'SELECT id, name, changed FROM students # all of them',
      keyColumns: ['id'],
      batchSize: 20,
      ...config,
    },
  });
  const pushing = (config: object = {}) => ({
    ...credentials,
    config: {
      ...place(),
      direction: 'push',
      table: 'grades',
      columns: { 'student.id': 'student', module: 'module', grade: 'grade', graded: 'graded' },
      keyColumns: ['student', 'module'],
      ...config,
    },
  });
  const grade = (student: number, value: unknown, rest: object = {}) => ({
    key: `s${student}`,
    data: { student: { id: student }, module: 'm', grade: value, ...rest },
  });
  const grades = async () =>
    (await server.query('SELECT student, grade FROM sis.grades ORDER BY student')).map((row) => [
      row['student'],
      row['grade'],
    ]);
  const keyOf = (number: number) => String(9007199254740990n + BigInt(number));

  it('reads all rows in pages, by keys beyond what floating-point can hold', async () => {
    const { pages, keys, summary } = await robot.pull(await robot.create(pulling()));
    expect(pages.map(({ records }) => records.length)).toEqual([20, 20, 20, 20, 15]);
    expect(keys).toEqual(Array.from({ length: 95 }, (_, index) => keyOf(index + 1)));
    expect(summary).toEqual({ checkpoint: null, isFull: true });
  });

  it('goes on where an interrupted pass was, without losing a row', async () => {
    for (const config of [{}, { watermarkColumn: 'changed' }]) {
      const integration = await robot.create(pulling(config));
      const whole = await robot.pull(integration);
      for (const [index, { checkpoint }] of whole.pages.entries()) {
        const rest = await robot.pull(integration, { checkpoint, isResumed: true });
        const seen = whole.pages.slice(0, index + 1).flatMap(({ records }) => records.map(({ key }) => key));
        expect(new Set([...seen, ...rest.keys])).toEqual(new Set(whole.keys));
        expect(seen.length + rest.keys.length).toBe(whole.keys.length + 1);
        expect(rest.summary).toEqual(whole.summary);
      }
    }
  });

  it('reads what is new from the watermark on, and what came in late with the same one', async () => {
    const integration = await robot.create(pulling({ watermarkColumn: 'changed' }));
    const { summary } = await robot.pull(integration);
    expect(summary).toEqual({ checkpoint: { by: ['changed'], at: ['2026-01-01 00:00:00.000009'] }, isFull: false });
    await server.query(`SET time_zone = '+00:00'; INSERT INTO sis.students VALUES
      (100, 'late, at the same microsecond', '2026-01-01 00:00:00.000009'), (102, 'older', '2025-01-01'), (103, 'never', NULL)`);
    const { keys } = await robot.pull(integration, { checkpoint: summary.checkpoint });
    expect(keys).toEqual(['100', ...[90, 91, 92, 93, 94, 95].map(keyOf)]);
    await server.query('DELETE FROM sis.students WHERE id < 1000');
  });

  it('compares whole numbers exactly', async () => {
    const integration = await robot.create(pulling({ watermarkColumn: 'id' }));
    const { summary } = await robot.pull(integration);
    expect(summary.checkpoint).toEqual({ by: ['id'], at: [{ digits: keyOf(95) }] });
    expect((await robot.pull(integration, { checkpoint: summary.checkpoint })).keys).toEqual([keyOf(95)]);
  });

  it('binds parameters, and never takes them for SQL', async () => {
    const query = `SELECT id FROM students WHERE name = ? OR name = ? AND '?' <> "?"`;
    const integration = await robot.create(
      pulling({ query, parameters: ['Student 7', "\\' OR 1 -- "], watermarkColumn: 'id' }),
    );
    expect((await robot.pull(integration)).keys).toEqual([keyOf(7)]);
  });

  it('loses nothing of a value on its way to JSON', async () => {
    const query = `SELECT 1 AS id, 9007199254740993 AS large, CAST('0.10000000000000000001' AS DECIMAL(30, 20)) AS exact,
      CAST(1.5 AS DOUBLE) AS real_number, NULL AS nothing, DATE '2026-02-03' AS day,
      TIMESTAMP '2026-02-03 04:05:06.789012' AS time_of_day, UNHEX('deadbeef') AS bytes, 'ä😀' AS text_value`;
    const { pages } = await robot.pull(await robot.create(pulling({ query })));
    expect(pages[0]?.records[0]?.data).toEqual({
      id: 1,
      large: '9007199254740993',
      exact: '0.10000000000000000001',
      real_number: 1.5,
      nothing: null,
      day: '2026-02-03',
      time_of_day: '2026-02-03 04:05:06.789012',
      bytes: '3q2+7w==',
      text_value: 'ä😀',
    });
  });

  it('writes nothing with a query, whatever that says', async () => {
    for (const query of [
      'SELECT 1 AS id) AS q; DELETE FROM students; SELECT * FROM (SELECT 1 AS id',
      'WITH a AS (SELECT 1) DELETE FROM students',
    ]) {
      await expect(robot.pull(await robot.create(pulling({ query })))).rejects.toMatchObject({ kind: 'configuration' });
    }
    expect(await server.query('SELECT COUNT(*) AS count FROM sis.students')).toEqual([{ count: 95 }]);
  });

  const noQueryRuns = async () =>
    (await server.query(`SELECT 1 FROM information_schema.processlist WHERE user = 'reader'`)).length === 0;

  it('ends a query that takes too long, on the server as well', async () => {
    const query = 'SELECT id, SLEEP(60) AS waits FROM students';
    const integration = await robot.create(pulling({ query, timeout: 300 }));
    await expect(robot.pull(integration)).rejects.toMatchObject({ kind: 'source', message: /longer than 300 ms/ });
    await waitFor(noQueryRuns, { what: 'the end of the query on the server' });
  });

  it('ends a query on the server when it is cancelled', async () => {
    const integration = await robot.create(pulling({ query: 'SELECT id, SLEEP(60) AS waits FROM students' }));
    const cancelling = new AbortController();
    const first = robot.start(integration, { signal: cancelling.signal }).next();
    await waitFor(
      async () =>
        (
          await server.query(
            `SELECT 1 FROM information_schema.processlist WHERE user = 'reader' AND info LIKE '%SLEEP%'`,
          )
        ).length > 0,
      { what: 'the query' },
    );
    cancelling.abort(new Error('cancelled'));
    await expect(first).rejects.toThrow('cancelled');
    await waitFor(noQueryRuns, { what: 'the end of the query on the server' });
  });

  it('says what failed, without the password', async () => {
    const cases: [object, string, RegExp][] = [
      [{ authConfig: { username: 'reader', password: 'wrong password here' } }, 'authentication', /Access denied/],
      [{ config: { ...pulling().config, database: 'nowhere' } }, 'authentication', /nowhere/],
      [{ config: { ...pulling().config, keyColumns: ['nr'] } }, 'configuration', /nr/],
      [{ config: { ...pulling().config, query: 'SELECT id FROM secrets' } }, 'configuration', /denied/],
      [{ config: { ...pulling().config, query: 'SELECT id FRM students' } }, 'configuration', /syntax/],
      [{ config: { ...pulling().config, port: 1 } }, 'source', /connection-refused/],
    ];
    for (const [changes, kind, message] of cases) {
      const integration = await robot.create({ ...pulling(), ...changes });
      const failure = await robot.pull(integration).catch((error: unknown) => error);
      expect(failure).toMatchObject({ kind, message: expect.stringMatching(message) });
      expect((failure as Error).message).not.toMatch(/horse|wrong password/);
    }
  });

  it('believes only the certificates that it was told to', async () => {
    const authority = { certificateAuthority: selfSignedCertificate.cert };
    for (const config of [{ tls: 'require' }, { tls: 'verify', host: 'localhost', ...authority }]) {
      const steps = await robot.test(await robot.create(pulling(config)));
      expect(steps[0]?.did).toMatch(/MariaDB.*with TLS/);
    }
    await expect(robot.test(await robot.create(pulling({ tls: 'verify', host: 'localhost' })))).rejects.toMatchObject({
      kind: 'configuration',
      message: expect.stringContaining('certificate'),
    });
  });

  it('upserts, and changes nothing the second time', async () => {
    const integration = await robot.create(pushing());
    const graded = '2026-03-01T12:00:00.5+02:00';
    const items = [grade(1, 10), grade(2, 20), grade(1, 11, { graded })];
    for (let time = 1; time <= 2; time += 1) {
      expect(await robot.push(integration, items)).toEqual({ refused: [] });
      expect(await grades()).toEqual([
        [1, 11],
        [2, 20],
      ]);
    }
    const [row] = await server.query(`SELECT CAST(graded AS CHAR) AS graded FROM sis.grades WHERE student = 1`);
    expect(row).toEqual({ graded: '2026-03-01 10:00:00.500' });
    await robot.send(integration, grade(3, 30).data);
    expect(await grades()).toHaveLength(3);
  });

  it('lets good rows arrive and gives bad ones back with the reason', async () => {
    const integration = await robot.create(pushing());
    const items = Array.from({ length: 50 }, (_, index) => grade(index, index));
    items[7] = grade(7, 'many');
    items[30] = grade(30, 101);
    items[31] = grade(31, 1, { module: 'a name that is far too long for this column' });
    const { refused } = await robot.push(integration, items);
    expect(refused.map(({ key, isRetryable }) => [key, isRetryable])).toEqual([
      ['s7', false],
      ['s30', false],
      ['s31', false],
    ]);
    expect(await grades()).toHaveLength(47);
  });

  it('writes ten thousand rows', async () => {
    const integration = await robot.create(pushing());
    const items = Array.from({ length: 10_000 }, (_, n) => grade(n, n % 100));
    expect(await robot.push(integration, items)).toEqual({ refused: [] });
    expect(await grades()).toHaveLength(10_000);
  });

  it.each([
    ['ignore', 2, false],
    ['delete', 1, false],
    [{ mark: 'gone' }, 2, true],
  ])('treats a deleted record by onDelete %j', async (onDelete, count, isMarked) => {
    const integration = await robot.create(pushing({ onDelete }));
    await robot.push(integration, [grade(1, 10), grade(2, 20)]);
    await robot.push(integration, [{ ...grade(1, 10), isDeleted: true }]);
    const [row] = await server.query('SELECT gone FROM sis.grades WHERE student = 1');
    expect([(await grades()).length, row?.['gone'] === 1]).toEqual([count, isMarked]);
    await robot.push(integration, [grade(1, 12)]);
    expect(await server.query('SELECT student FROM sis.grades WHERE NOT gone')).toHaveLength(2);
  });

  it('tests without side effects, and refuses a table that would not know its keys again', async () => {
    expect((await robot.test(await robot.create(pulling({ watermarkColumn: 'changed' })))).at(-1)?.did).toContain(
      'planned',
    );
    expect((await robot.test(await robot.create(pushing()))).at(-1)?.did).toContain('without running it');
    expect(await grades()).toEqual([]);
    const keyless = { table: 'keyless', columns: { a: 'student', b: 'module' } };
    for (const config of [
      keyless,
      { keyColumns: ['student'] },
      { table: 'secrets', columns: { id: 'id' }, keyColumns: ['id'] },
    ]) {
      const integration = await robot.create(pushing(config));
      await expect(robot.test(integration)).rejects.toMatchObject({ kind: 'configuration' });
      await expect(robot.push(integration, [grade(1, 1)])).rejects.toMatchObject({ kind: 'configuration' });
    }
  });
});
