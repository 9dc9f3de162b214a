import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { registerGuest, registerPerson, type Person } from '../identity/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { waitFor } from '../support/wait-for.js';
import { deviceEvent as event, ProgressRobot } from './progress-robot.js';

const newKey = () => ({ 'idempotency-key': randomUUID() });

describe.each([
  ['POST /progress', '/progress', (fields: object) => event({ ...fields })],
  ['POST /progress/sync', '/progress/sync', (fields: object) => ({ events: [event({ ...fields })] })],
])('Idempotency-Key on %s', (_, path, bodyWith) => {
  let app: TestApp;
  let portal: ProgressRobot;
  let database: Client;
  let ada: Person;

  beforeAll(async () => {
    app = await startTestApp();
    portal = new ProgressRobot(app);
    database = new Client({ connectionString: app.databaseUrl });
    await database.connect();
  });
  beforeEach(async () => {
    ada = await registerPerson(app);
  });
  afterAll(async () => {
    await database.end();
    await app.stop();
  });

  const send = (who: Person, body: unknown, key: Record<string, string> = {}) =>
    portal.call(who, 'POST', path, body, key);
  const timeSpent = async (who: Person) => (await portal.data(who, '/progress/E0_greet')).timeSpent as number;

  it('gives a repetition the answer of the first request, whatever happened since', async () => {
    const [key, body] = [newKey(), bodyWith({ timeSpent: 10, attempted: true })];
    const first = await send(ada, body, key);
    await send(ada, bodyWith({ timeSpent: 5 }));
    const second = await send(ada, body, key);
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(second.json.data).toEqual(first.json.data);
    // Without the key the event is known too, but the answer is that of now.
    expect((await send(ada, body)).json.data).not.toEqual(first.json.data);
    expect(await timeSpent(ada)).toBe(15);
  });

  it('refuses the key with another body, which then counts for nothing', async () => {
    const [key, body] = [newKey(), bodyWith({ timeSpent: 10 })];
    const first = await send(ada, body, key);
    const reused = await send(ada, bodyWith({ timeSpent: 7 }), key);
    expect([reused.status, reused.json.code]).toEqual([409, 'idempotency.key-reused']);
    expect(reused.headers.has('retry-after')).toBe(false);
    expect(await timeSpent(ada)).toBe(10);
    expect((await send(ada, body, key)).json.data).toEqual(first.json.data);
  });

  it('says when to come again while the first request is under way', async () => {
    const [key, body] = [newKey(), bodyWith({ timeSpent: 10 })];
    await database.query('BEGIN');
    // What every change of this person's progress waits for.
    await database.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`progress:${ada.id}`]);
    const first = send(ada, body, key);
    const isUnderWay = 'SELECT FROM idempotency_keys WHERE key = $1 AND answer IS NULL';
    await waitFor(async () => (await database.query(isUnderWay, [key['idempotency-key']])).rowCount === 1);
    const second = await send(ada, body, key);
    expect([second.status, second.json.code]).toEqual([409, 'idempotency.under-way']);
    expect(second.headers.get('retry-after')).toBe('1');
    await database.query('COMMIT');
    expect((await first).status).toBe(200);
    expect((await send(ada, body, key)).json.data).toEqual((await first).json.data);
    expect(await timeSpent(ada)).toBe(10);
  });

  it('keeps nothing of a request that was refused', async () => {
    const key = newKey();
    const refused = await send(ada, path === '/progress' ? event({ exerciseId: 'E9_none' }) : { events: {} }, key);
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect((await send(ada, bodyWith({ timeSpent: 3 }), key)).status).toBe(200);
    expect(await timeSpent(ada)).toBe(3);
  });

  it('keeps the answer in the database for a day, and for its owner', async () => {
    const [key, body] = [newKey(), bodyWith({ timeSpent: 10 })];
    await send(ada, body, key);
    const grace = await registerGuest(app);
    const others = await send(grace, bodyWith({ timeSpent: 4 }), key);
    expect([others.status, await timeSpent(grace)]).toEqual([200, 4]);

    const age = 'UPDATE idempotency_keys SET created_at = now() - $2::interval WHERE key = $1';
    await database.query(age, [key['idempotency-key'], '23 hours 59 minutes']);
    expect((await send(ada, bodyWith({ timeSpent: 1 }), key)).status).toBe(409);
    await database.query(age, [key['idempotency-key'], '24 hours 1 minute']);
    expect((await send(ada, bodyWith({ timeSpent: 1 }), key)).status).toBe(200);
    expect(await timeSpent(ada)).toBe(11);
  });

  it('means something on its own route only', async () => {
    const [key, body] = [newKey(), bodyWith({ timeSpent: 10 })];
    await send(ada, body, key);
    const [elsewhere, other] =
      path === '/progress' ? ['/progress/sync', { events: [event()] }] : ['/progress', event({})];
    expect((await portal.call(ada, 'POST', elsewhere, other, key)).status).toBe(200);
  });

  it.each([
    ['nothing', ''],
    ['white space', 'a b'],
    ['too much', 'k'.repeat(256)],
    ['two keys', 'one, two'],
  ])('refuses a key of %s', async (_what, key) => {
    const { status, json } = await send(ada, bodyWith({ timeSpent: 1 }), { 'idempotency-key': key });
    expect([status, json.code]).toEqual([400, 'idempotency.bad-key']);
    expect(await timeSpent(ada)).toBe(0);
  });
});
