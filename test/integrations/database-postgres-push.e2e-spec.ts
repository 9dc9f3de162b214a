import { integrationBody } from './integrations-robot.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { StoreRobot } from './store-robot.js';
import { PostgresFixture } from './postgres-fixture.js';

describe('writing into PostgreSQL', () => {
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
  beforeEach(() => source.client.query('TRUNCATE grades'));

  const grade = (student: number, value: unknown, rest: object = {}) => ({
    key: `s${student}`,
    data: { student: { id: student }, module: 'm', grade: value, ...rest },
  });
  const grades = async (): Promise<[number, number][]> =>
    (await source.client.query('SELECT student, grade FROM grades ORDER BY student')).rows.map((row) => [
      row.student,
      row.grade,
    ]);

  it('upserts, and changes nothing the second time', async () => {
    const integration = await robot.create(source.pushing());
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
    const integration = await robot.create(source.pushing());
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
    const integration = await robot.create(source.pushing());
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
    const integration = await robot.create(source.pushing({ onDelete }));
    await robot.push(integration, [grade(1, 10), grade(2, 20)]);
    for (let time = 1; time <= 2; time += 1) {
      await robot.push(integration, [{ ...grade(1, 10), isDeleted: true }]);
      const { rows } = await source.client.query('SELECT gone FROM grades WHERE student = 1');
      expect([(await grades()).length, rows[0]?.gone ?? false]).toEqual([count, isMarked]);
    }
    await robot.push(integration, [grade(1, 12)]);
    expect((await source.client.query('SELECT FROM grades WHERE NOT gone')).rowCount).toBe(2);
  });

  it('tests without side effects, and says what it did', async () => {
    const pulled = await robot.test(await robot.create(source.pulling({ watermarkColumn: 'changed' })));
    expect(pulled.map(({ did }) => did)).toEqual([
      expect.stringMatching(/^Connected to 127.0.0.1, database test_\w+ \(PostgreSQL 18.*without TLS\)$/),
      expect.stringContaining('Had the query planned'),
    ]);
    const pushed = await robot.test(await robot.create(source.pushing({ onDelete: { mark: 'gone' } })));
    expect(pushed.at(-1)?.did).toContain('without running it');
    expect(await grades()).toEqual([]);
    for (const [config, message] of [
      [{ table: 'nowhere' }, /nowhere/],
      [{ table: 'secrets', columns: { id: 'id' }, keyColumns: ['id'] }, /permission denied/],
      [{ keyColumns: ['student'] }, /no unique|ON CONFLICT/],
      [{ columns: { a: 'student', b: 'module', c: 'nowhere' } }, /nowhere/],
    ] as const) {
      await expect(robot.test(await robot.create(source.pushing(config)))).rejects.toMatchObject({
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
        integrationBody({ type: 'database', ...source.pushing(config) }),
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
    const body = integrationBody({ type: 'database', ...source.pulling(config) });
    const { status, json } = await robot.integrations.admin('POST', '', body);
    expect([status, json.errors.map((error: { field: string }) => error.field)]).toEqual([422, [field]]);
  });
});
