import { Client } from 'pg';
import { hasRedisServer, RedisServer } from '../support/redis-server.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { waitFor } from '../support/wait-for.js';
import { login, me, password, personOf, refresh, registerGuest, registerPerson, type Person } from './people.js';

/** Asks for a session, and for nothing else in its tables. */
const route = '/api/v1/exercises?limit=1';

(hasRedisServer ? describe : describe.skip)('sessions of several processes', () => {
  let redis: RedisServer;
  let here: TestApp;
  let there: TestApp;
  let lonely: TestApp;
  let sql: Client;

  beforeAll(async () => {
    redis = await RedisServer.start();
    const settings = { JWT_SECRET: 'one secret for all processes, long enough', REDIS_URL: redis.url };
    here = await startTestApp(settings);
    there = await startTestApp(settings, here.databaseUrl);
    lonely = await startTestApp({ ...settings, REDIS_URL: '' }, here.databaseUrl);
    sql = new Client({ connectionString: here.databaseUrl });
    await sql.connect();
    await hearing();
  });
  afterAll(async () => {
    await sql.end();
    await lonely.stop();
    await there.stop();
    await here.stop();
    await redis.kill();
  });

  const redisStatus = async (app: TestApp) => (await app.request('GET', '/health')).json.checks.redis.status;
  const hearing = async () => {
    for (const app of [here, there]) await waitFor(async () => (await redisStatus(app)) === 'pass');
  };
  const statusOf = async (app: TestApp, { accessToken }: Person) =>
    (await app.request('GET', route, { token: accessToken })).status;

  /** Whether a request that nobody can answer who asks the database for the session is answered. */
  async function isKnown(app: TestApp, person: Person): Promise<boolean> {
    expect(await statusOf(app, person)).toBe(200);
    await sql.query('BEGIN');
    await sql.query('LOCK TABLE sessions IN ACCESS EXCLUSIVE MODE');
    const state = { isAnswered: false };
    const answer = statusOf(app, person).finally(() => (state.isAnswered = true));
    const asks = await waitFor(async () => state.isAnswered || (await waitingForSessions()) > 0).then(
      () => !state.isAnswered,
    );
    await sql.query('ROLLBACK');
    expect(await answer).toBe(200);
    return !asks;
  }
  /** What waits for a lock is not let through to this connection. */
  async function waitingForSessions(): Promise<number> {
    const { rows } = await sql.query(
      `SELECT count(*)::integer AS n FROM pg_locks WHERE relation = 'sessions'::regclass AND NOT granted`,
    );
    return rows[0].n;
  }
  const becomesKnown = (app: TestApp, person: Person) => waitFor(() => isKnown(app, person));

  it('are read once in a while only, but each time without Redis', async () => {
    const person = await registerPerson(here);
    await becomesKnown(here, person);
    await becomesKnown(there, person);
    expect(await isKnown(lonely, person)).toBe(false);
    expect(await isKnown(lonely, person)).toBe(false);
  });

  it.each<[string, (person: Person, other: Person) => Promise<{ status: number }>]>([
    ['logging out', (person) => here.request('POST', '/api/v1/auth/logout', { token: person.accessToken })],
    [
      'logging out everywhere',
      (_, other) => here.request('POST', '/api/v1/auth/logout-all', { token: other.accessToken }),
    ],
    [
      'ending it from another device',
      async (person, other) => {
        const { json } = await here.request('GET', '/api/v1/auth/sessions', { token: person.accessToken });
        const { id } = json.data.find(({ isCurrent }: { isCurrent: boolean }) => isCurrent);
        return here.request('DELETE', `/api/v1/auth/sessions/${id}`, { token: other.accessToken });
      },
    ],
    ['disabling the user', (person) => here.request('POST', `/api/v1/users/${person.id}/disable`, { asAdmin: true })],
    [
      'a new password',
      (_, other) =>
        here.request('PATCH', '/api/v1/auth/me', {
          token: other.accessToken,
          body: { currentPassword: password, newPassword: 'another good password' },
        }),
    ],
    [
      'using a refresh token twice',
      async (person) => {
        const { status } = await refresh(here, person.refreshToken);
        expect([status, (await refresh(here, person.refreshToken)).status]).toEqual([200, 401]);
        return { status };
      },
    ],
  ])('end everywhere with the answer to %s', async (_, end) => {
    const person = await registerPerson(here);
    const other = personOf(await login(here, { email: person.email }));
    await becomesKnown(here, person);
    await becomesKnown(there, person);
    expect((await end(person, other)).status).toBe(200);
    expect([await statusOf(there, person), await statusOf(here, person)]).toEqual([401, 401]);
  });

  it('have another role everywhere with the answer to the change', async () => {
    const person = await registerPerson(here);
    const may = async (app: TestApp) =>
      (await app.request('GET', '/api/v1/users', { token: person.accessToken })).status;
    const set = (role: string) =>
      here.request('PUT', `/api/v1/users/${person.id}/role`, { asAdmin: true, body: { role } });
    await becomesKnown(there, person);
    expect([(await set('admin')).status, await may(there), await may(here)]).toEqual([200, 200, 200]);
    await becomesKnown(there, person);
    expect([(await set('student')).status, await may(there), await may(here)]).toEqual([200, 403, 403]);
  });

  it('of guests end everywhere when the guest gets an account', async () => {
    const guest = await registerGuest(here);
    await becomesKnown(there, guest);
    const body = { email: `upgraded-${guest.id}@example.org`, password };
    const upgraded = await here.request('POST', '/api/v1/auth/upgrade', { token: guest.accessToken, body });
    expect(upgraded.status).toBeLessThan(300);
    expect(await statusOf(there, guest)).toBe(401);
  });

  it.each<[string, () => Promise<void> | void, () => Promise<void> | void]>([
    ['is dead', () => redis.kill(), () => redis.run()],
    ['hangs', () => redis.freeze(), () => redis.thaw()],
  ])(
    'never stand longer than the answer says because Redis %s, and are known again after it',
    async (_, goes, comes) => {
      const person = await registerPerson(here);
      const other = await registerPerson(here);
      await becomesKnown(here, person);
      await becomesKnown(there, person);
      await goes();
      const ended = await here.request('POST', '/api/v1/auth/logout', { token: person.accessToken });
      expect([ended.status, await statusOf(there, person), await statusOf(here, person)]).toEqual([200, 401, 401]);
      expect(await statusOf(there, other)).toBe(200);
      await comes();
      await hearing();
      await becomesKnown(there, other);
      await here.request('POST', '/api/v1/auth/logout', { token: other.accessToken });
      expect([await statusOf(there, other), (await me(here, other.accessToken)).status]).toEqual([401, 401]);
    },
  );
});
