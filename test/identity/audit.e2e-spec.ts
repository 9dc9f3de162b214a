import { DataSource } from 'typeorm';
import { Database } from '../../src/platform/database/database.js';
import { AuditLog } from '../../src/modules/identity/index.js';
import { IdentityRetention } from '../../src/modules/identity/identity-retention.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import {
  login,
  newEmail,
  password,
  personOf,
  refresh,
  registerGuest,
  registerPerson,
  registerWithRole,
} from './people.js';

describe('the audit log', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ AUDIT_RETENTION: '60d' });
  });
  afterAll(() => app.stop());

  const sql = (text: string, values: unknown[] = []) => app.app.get(DataSource).query(text, values);
  const read = async (query: string) =>
    (await app.request('GET', `/api/v1/audit?${query}`, { asAdmin: true })).json.data;
  const actionsOf = async (userId: string) =>
    (await read(`subject=user:${userId}&limit=100`)).map(({ action }: { action: string }) => action).toReversed();

  it('holds what happened to an account, in order', async () => {
    const person = await registerPerson(app);
    await login(app, { email: person.email, password: 'wrong password' });
    const second = personOf(await login(app, { email: person.email }));
    await refresh(app, second.refreshToken);
    await refresh(app, second.refreshToken);
    const body = { currentPassword: password, newPassword: 'another good password' };
    await app.request('PATCH', '/api/v1/auth/me', { token: person.accessToken, body });
    await app.request('POST', '/api/v1/auth/logout', { token: person.accessToken });
    const user = `/api/v1/users/${person.id}`;
    await app.request('PUT', `${user}/role`, { asAdmin: true, body: { role: 'instructor' } });
    await app.request('POST', `${user}/disable`, { asAdmin: true });
    await app.request('POST', `${user}/enable`, { asAdmin: true });
    expect(await actionsOf(person.id)).toEqual([
      'user.registered',
      'auth.login-failed',
      'auth.login',
      'auth.refresh-token-reused',
      'auth.password-changed',
      'auth.logout',
      'user.role-changed',
      'user.disabled',
      'user.enabled',
    ]);
  });

  it('tells actor, subject, address, correlation id and details', async () => {
    const admin = await registerWithRole(app, 'admin');
    const { id } = await registerPerson(app);
    await app.request('PUT', `/api/v1/users/${id}/role`, {
      token: admin.accessToken,
      body: { role: 'instructor' },
      headers: { 'x-correlation-id': 'audit-test-1' },
    });
    expect(await read(`action=user.role-changed&subject=user:${id}`)).toEqual([
      {
        id: expect.any(String),
        occurredAt: expect.any(String),
        action: 'user.role-changed',
        actor: `user:${admin.id}`,
        subject: `user:${id}`,
        address: '127.0.0.1',
        correlationId: 'audit-test-1',
        details: { from: 'student', to: 'instructor' },
      },
    ]);
    expect(await read(`actor=user:${admin.id}`)).toHaveLength(2);
  });

  it('records that a guest upgraded', async () => {
    const guest = await registerGuest(app);
    await app.request('POST', '/api/v1/auth/upgrade', {
      token: guest.accessToken,
      body: { email: newEmail(), password },
    });
    expect(await actionsOf(guest.id)).toEqual(['user.upgraded']);
  });

  it('does not hold what was typed into a failed login, which may be a password', async () => {
    await login(app, { username: 'my-secret-password-typed-astray', password: 'and-another-secret' });
    const rows = JSON.stringify(await sql(`SELECT * FROM audit_entries`));
    expect(rows).not.toContain('typed-astray');
    expect(rows).not.toContain('and-another-secret');
  });

  it('takes entries of other modules with the change or not at all', async () => {
    const audit = app.app.get(AuditLog, { strict: false });
    const database = app.app.get(Database, { strict: false });
    const entry = { action: 'integration.secret-rotated', actor: 'system', subject: 'integration:1' };
    await database.transaction((tx) => audit.record(tx, entry));
    await expect(
      database.transaction(async (tx) => {
        await audit.record(tx, entry);
        throw new Error('undone');
      }),
    ).rejects.toThrow('undone');
    expect(await read('action=integration.secret-rotated')).toHaveLength(1);
  });

  it('pages by cursor, each entry once', async () => {
    for (let index = 0; index < 5; index += 1) await login(app, { email: 'nobody@example.org' });
    const page = (query: string) => app.request('GET', `/api/v1/audit?limit=2${query}`, { asAdmin: true });
    const first = (await page('')).json;
    const second = (await page(`&cursor=${first.pagination.nextCursor}`)).json;
    const times = [...first.data, ...second.data].map(({ occurredAt }: { occurredAt: string }) =>
      Date.parse(occurredAt),
    );
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    expect(new Set([...first.data, ...second.data].map(({ id }: { id: string }) => id)).size).toBe(4);
  });

  it.each([
    'limit=101',
    'cursor=1',
    'action=%00',
    'actor=a b',
    `subject=${'x'.repeat(201)}`,
    'action=a&action=b',
    'x=1',
  ])('refuses the query %s', async (query) => {
    expect((await app.request('GET', `/api/v1/audit?${query}`, { asAdmin: true })).status).toBe(400);
  });

  it('is for admins only, and has no route that changes it', async () => {
    const instructor = await registerWithRole(app, 'instructor');
    expect((await app.request('GET', '/api/v1/audit', { token: instructor.accessToken })).status).toBe(403);
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      expect((await app.request(method, '/api/v1/audit', { asAdmin: true })).status).toBe(404);
    }
  });

  it.each([
    `UPDATE audit_entries SET actor = 'nobody'`,
    `DELETE FROM audit_entries`,
    `TRUNCATE audit_entries`,
    `TRUNCATE audit_entries CASCADE`,
    `SET LOCAL lyceum.audit_retention = 'on'; DELETE FROM audit_entries`,
    `SET LOCAL lyceum.audit_retention = 'on'; UPDATE audit_entries SET actor = 'nobody'`,
    `SET LOCAL lyceum.audit_retention = 'on'; TRUNCATE audit_entries`,
  ])('is not changed by %s', async (statement) => {
    await registerPerson(app);
    const before = await sql(`SELECT * FROM audit_entries ORDER BY id`);
    await expect(sql(statement)).rejects.toThrow('audit_entries is append-only');
    expect(await sql(`SELECT * FROM audit_entries ORDER BY id`)).toEqual(before);
  });

  it('forgets after AUDIT_RETENTION and keeps what is younger', async () => {
    const insert = `INSERT INTO audit_entries (action, actor, occurred_at) VALUES ('test.aged', 'system', now() - make_interval(days => $1))`;
    for (const days of [29, 31, 59, 61, 500]) await sql(insert, [days]);
    await app.app.get(IdentityRetention).run();
    expect(await read('action=test.aged')).toHaveLength(3);
    await expect(sql(`DELETE FROM audit_entries WHERE action = 'test.aged'`)).rejects.toThrow('append-only');
  });
});

it('deletes ended sessions, their tokens and counted attempts when they have had their time', async () => {
  const app = await startTestApp({ REFRESH_TOKEN_EXPIRES_IN: '10d' });
  const sql = (text: string, values: unknown[] = []) => app.app.get(DataSource).query(text, values);
  const [gone, kept] = [await registerPerson(app), await registerPerson(app)];
  const age = `UPDATE sessions SET expires_at = now() - make_interval(days => $2) WHERE user_id = $1`;
  await sql(age, [gone.id, 11]);
  await sql(age, [kept.id, 9]);
  await login(app, { email: 'nobody@example.org' });
  await app.app.get(IdentityRetention).run();
  expect(await sql(`SELECT user_id FROM sessions`)).toEqual([{ user_id: kept.id }]);
  expect(await sql(`SELECT count(*)::int AS n FROM refresh_tokens`)).toEqual([{ n: 1 }]);
  expect((await sql(`SELECT 1 FROM login_attempts`)).length).toBe(3);
  await sql(`UPDATE login_attempts SET expire = 1`);
  await app.app.get(IdentityRetention).run();
  expect(await sql(`SELECT 1 FROM login_attempts`)).toEqual([]);
  await app.stop();
});
