import { DataSource } from 'typeorm';
import { GuestCleanUp } from '../../src/modules/identity/users/guest-clean-up.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { login, me, newEmail, password, personOf, refresh, registerGuest, registerPerson } from './people.js';

describe('guests', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ GUEST_IDLE_TTL: '30d' });
  });
  afterAll(() => app.stop());

  const sql = (text: string, values: unknown[] = []) => app.app.get(DataSource).query(text, values);
  const upgrade = (token: string, body: Record<string, unknown>) =>
    app.request('POST', '/api/v1/auth/upgrade', { token, body: { password, ...body } });

  it('get tokens without an account', async () => {
    const guest = await registerGuest(app);
    expect((await me(app, guest.accessToken)).json.data).toEqual({
      id: guest.id,
      role: 'guest',
      email: null,
      username: null,
      name: null,
      studentId: null,
      createdAt: expect.any(String),
    });
    expect((await refresh(app, guest.refreshToken)).status).toBe(200);
    expect(await sql(`SELECT 1 FROM events WHERE subject = $1`, [guest.id])).toEqual([]);
  });

  it('may not do what needs an account', async () => {
    const { accessToken } = await registerGuest(app);
    const response = await app.request('PATCH', '/api/v1/auth/me', { token: accessToken, body: { name: 'x' } });
    expect(response.status).toBe(403);
    expect(response.json).toMatchObject({ code: 'access.role-required', requiredRole: 'student' });
  });

  it('keep their id when they upgrade; the guest tokens end, and user.registered is published', async () => {
    const guest = await registerGuest(app);
    const email = newEmail();
    const account = personOf(await upgrade(guest.accessToken, { email, username: 'was-guest' }));
    expect(account.id).toBe(guest.id);
    expect((await me(app, account.accessToken)).json.data).toMatchObject({ role: 'student', email, name: 'was-guest' });
    expect((await me(app, guest.accessToken)).status).toBe(401);
    expect((await refresh(app, guest.refreshToken)).status).toBe(401);
    expect(personOf(await login(app, { email })).id).toBe(guest.id);
    const events = await sql(`SELECT data FROM events WHERE type = 'user.registered' AND subject = $1`, [guest.id]);
    expect(events).toEqual([{ data: expect.objectContaining({ userId: guest.id, email, name: 'was-guest' }) }]);
  });

  it('upgrade once, also when they ask several times at once', async () => {
    const guest = await registerGuest(app);
    const responses = await Promise.all([1, 2, 3].map(() => upgrade(guest.accessToken, { email: newEmail() })));
    expect(responses.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(responses.every(({ status }) => [200, 401, 409].includes(status))).toBe(true);
  });

  it('stay guests when the email is taken', async () => {
    const { email } = await registerPerson(app);
    const guest = await registerGuest(app);
    expect((await upgrade(guest.accessToken, { email })).status).toBe(409);
    expect((await me(app, guest.accessToken)).json.data.role).toBe('guest');
  });

  it('cannot choose their role', async () => {
    const guest = await registerGuest(app);
    expect((await upgrade(guest.accessToken, { email: newEmail(), role: 'admin' })).status).toBe(400);
  });

  it('are the only ones to upgrade', async () => {
    const { accessToken } = await registerPerson(app);
    const response = await upgrade(accessToken, { email: newEmail() });
    expect(response.status).toBe(409);
    expect(response.json.code).toBe('auth.not-a-guest');
    const asAdmin = await app.request('POST', '/api/v1/auth/upgrade', {
      asAdmin: true,
      body: { email: newEmail(), password },
    });
    expect(asAdmin.status).toBe(403);
  });

  it('cannot be promoted by an admin', async () => {
    const guest = await registerGuest(app);
    const path = `/api/v1/users/${guest.id}/role`;
    expect((await app.request('PUT', path, { asAdmin: true, body: { role: 'student' } })).status).toBe(409);
  });

  it('are removed when nobody has seen them for GUEST_IDLE_TTL, and user.removed tells so', async () => {
    const [idle, seen, upgraded, fresh] = await Promise.all([1, 2, 3, 4].map(() => registerGuest(app)));
    await upgrade(upgraded!.accessToken, { email: newEmail() });
    const old = [idle!.id, seen!.id, upgraded!.id];
    await sql(`UPDATE users SET created_at = now() - interval '31 days' WHERE id = ANY ($1)`, [old]);
    await sql(`UPDATE sessions SET last_used_at = now() - interval '31 days' WHERE user_id = ANY ($1)`, [old]);
    // Being seen is enough, a refresh is not needed.
    expect((await me(app, seen!.accessToken)).status).toBe(200);

    await app.app.get(GuestCleanUp).run();

    const left: { id: string }[] = await sql(`SELECT id FROM users WHERE id = ANY ($1)`, [[...old, fresh!.id]]);
    expect(new Set(left.map(({ id }) => id))).toEqual(new Set([seen!.id, upgraded!.id, fresh!.id]));
    expect((await me(app, idle!.accessToken)).status).toBe(401);
    expect(await sql(`SELECT data->>'userId' AS id FROM events WHERE type = 'user.removed'`)).toEqual([
      { id: idle!.id },
    ]);
  });

  it('are removed in batches until none is left', async () => {
    await sql(
      `INSERT INTO users (role, created_at) SELECT 'guest', now() - interval '40 days' FROM generate_series(1, 250)`,
    );
    await Promise.all([app.app.get(GuestCleanUp).run(), app.app.get(GuestCleanUp).run()]);
    expect(await sql(`SELECT 1 FROM users WHERE created_at < now() - interval '39 days'`)).toEqual([]);
    const [{ count }] = await sql(`SELECT count(DISTINCT subject)::int FROM events WHERE type = 'user.removed'`);
    expect(count).toBe(251);
  });
});
