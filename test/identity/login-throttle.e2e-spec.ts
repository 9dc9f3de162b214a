import { DataSource } from 'typeorm';
import { createApp } from '../../src/create-app.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { login, newEmail, password, registerPerson } from './people.js';

describe('guessing passwords', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({
      TRUSTED_PROXIES: '127.0.0.1',
      LOGIN_FAILURE_WINDOW: '15m',
      LOGIN_MAX_FAILURES: '3',
      LOGIN_MAX_FAILURES_PER_ACCOUNT: '8',
      LOGIN_MAX_FAILURES_PER_ADDRESS: '5',
    });
  });
  afterAll(() => app.stop());

  let lastNetwork = 0;
  const newAddress = () => `198.51.100.${(lastNetwork += 1)}`;
  const from = (address: string) => ({ 'x-forwarded-for': address });
  const guess = async (email: string, address: string, guessed = 'wrong password') =>
    (await login(app, { email, password: guessed }, from(address))).status;
  const guesses = async (count: number, email: string, address: () => string) => {
    const statuses: number[] = [];
    for (let index = 0; index < count; index += 1) statuses.push(await guess(email, address()));
    return statuses;
  };
  const expireAll = () => app.app.get(DataSource).query(`UPDATE login_attempts SET expire = 1`);

  it('of one account from one address ends after the limit, also for the right password, until the window ends', async () => {
    const { email } = await registerPerson(app);
    const address = newAddress();
    expect(await guesses(4, email, () => address)).toEqual([401, 401, 401, 429]);
    const refused = await login(app, { email }, from(address));
    expect(refused.status).toBe(429);
    expect(refused.json.code).toBe('auth.too-many-attempts');
    const retryAfter = Number(refused.headers.get('retry-after'));
    expect(retryAfter).toBeGreaterThan(800);
    expect(retryAfter).toBeLessThanOrEqual(900);
    expect(await guess(email, newAddress(), password)).toBe(200);
    await expireAll();
    expect(await guess(email, address, password)).toBe(200);
  });

  it('in parallel does not slip through', async () => {
    const { email } = await registerPerson(app);
    const address = newAddress();
    const statuses = await Promise.all(Array.from({ length: 10 }, () => guess(email, address)));
    expect(statuses.filter((status) => status === 401)).toHaveLength(3);
  });

  it('is limited alike whether the account exists or not', async () => {
    const { email } = await registerPerson(app);
    for (const account of [email, newEmail()]) {
      const address = newAddress();
      expect(await guesses(5, account, () => address)).toEqual([401, 401, 401, 429, 429]);
    }
  });

  it('under other spellings of the name counts as one', async () => {
    const { email } = await registerPerson(app);
    const address = newAddress();
    const spellings = [email, email.toUpperCase(), ` ${email} `, email.replace('p', 'P')];
    const statuses: number[] = [];
    for (const spelling of spellings) statuses.push(await guess(spelling, address));
    expect(statuses).toEqual([401, 401, 401, 429]);
  });

  it('from changing addresses of one IPv6 network counts as one', async () => {
    const { email } = await registerPerson(app);
    let host = 0;
    expect(await guesses(4, email, () => `2001:db8:1:2::${(host += 1)}`)).toEqual([401, 401, 401, 429]);
    expect(await guess(email, '2001:db8:1:3::1')).toBe(401);
  });

  it('of many accounts from one address ends too', async () => {
    const address = newAddress();
    const statuses: number[] = [];
    for (let index = 0; index < 7; index += 1) statuses.push(await guess(newEmail(), address));
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
  });

  it('from many addresses ends for strangers, but does not lock the user out of known addresses', async () => {
    const { email } = await registerPerson(app);
    const home = newAddress();
    expect(await guess(email, home, password)).toBe(200);

    expect(await guesses(10, email, newAddress)).toEqual([...Array.from({ length: 8 }, () => 401), 429, 429]);
    expect(await guess(email, newAddress(), password)).toBe(429);
    expect(await guess(email, home, password)).toBe(200);
    expect(await guess(email, home)).toBe(401);
  });

  it('is forgotten after a success', async () => {
    const { email } = await registerPerson(app);
    const address = newAddress();
    for (let round = 0; round < 4; round += 1) {
      expect(await guess(email, address)).toBe(401);
      expect(await guess(email, address, password)).toBe(200);
      await app.app.get(DataSource).query(`DELETE FROM login_attempts WHERE key LIKE 'address:%'`);
    }
  });

  it('is counted together by all replicas', async () => {
    const replica = await createApp(app.config, app.databaseUrl);
    try {
      await replica.listen(0, '127.0.0.1');
      const { email } = await registerPerson(app);
      const address = newAddress();
      await guesses(2, email, () => address);
      const there = async () => {
        const response = await fetch(`${await replica.getUrl()}/api/v1/auth/login`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...from(address) },
          body: JSON.stringify({ email, password: 'wrong password' }),
        });
        return response.status;
      };
      expect([await there(), await there()]).toEqual([401, 429]);
    } finally {
      await replica.close();
    }
  });

  it('of the current password with a stolen token ends too', async () => {
    const { accessToken } = await registerPerson(app);
    const headers = from(newAddress());
    const statuses: number[] = [];
    for (let index = 0; index < 4; index += 1) {
      const body = { newPassword: 'another password', currentPassword: `guess number ${index}` };
      statuses.push((await app.request('PATCH', '/api/v1/auth/me', { token: accessToken, body, headers })).status);
    }
    expect(statuses).toEqual([403, 403, 403, 429]);
  });

  it('leaves one audit entry for the limit and one for each guess before it', async () => {
    const { id, email } = await registerPerson(app);
    const address = newAddress();
    await guesses(5, email, () => address);
    const entries = (await app.request('GET', '/api/v1/audit?limit=100', { asAdmin: true })).json.data.filter(
      (entry: { address: string }) => entry.address === address,
    );
    expect(entries.map(({ action }: { action: string }) => action)).toEqual([
      'auth.login-throttled',
      'auth.login-failed',
      'auth.login-failed',
      'auth.login-failed',
    ]);
    expect(entries[1]).toMatchObject({ subject: `user:${id}`, details: { reason: 'wrong-credentials' } });
  });

  it('does not put names into the counters', async () => {
    await guess('somebody-special@example.org', newAddress());
    const rows = await app.app.get(DataSource).query(`SELECT key FROM login_attempts`);
    expect(JSON.stringify(rows)).not.toContain('somebody-special');
  });
});

it('turns logins away with 429 when the queue of passwords is full, and does not count them as guesses', async () => {
  const app = await startTestApp({
    PASSWORD_HASH_CONCURRENCY: '1',
    PASSWORD_HASH_QUEUE_SIZE: '1',
    LOGIN_MAX_FAILURES: '1000',
  });
  const responses = await Promise.all(Array.from({ length: 20 }, () => login(app, { email: 'nobody@example.org' })));
  const busy = responses.filter(({ status }) => status === 429);
  expect(busy.length).toBeGreaterThan(0);
  expect(busy[0]!.json.code).toBe('auth.busy');
  expect(busy[0]!.headers.get('retry-after')).toBe('5');
  expect(responses.every(({ status }) => [401, 429].includes(status))).toBe(true);

  const rows: { points: number }[] = await app.app.get(DataSource).query(`SELECT points FROM login_attempts`);
  expect(rows.map(({ points }) => points)).toEqual(Array.from({ length: 3 }, () => responses.length - busy.length));
  expect((await login(app, { email: 'nobody@example.org' })).status).toBe(401);
  await app.stop();
});

it('limits logins and registrations by address as the edge says', async () => {
  const app = await startTestApp({ RATE_LIMIT_LOGIN_MAX: '3' });
  const statuses: number[] = [];
  for (let index = 0; index < 2; index += 1) statuses.push((await login(app, { email: 'nobody@example.org' })).status);
  const register = () => app.request('POST', '/api/v1/auth/register', { body: { email: newEmail(), password } });
  statuses.push((await register()).status, (await register()).status);
  expect(statuses).toEqual([401, 401, 201, 429]);
  await app.stop();
});
