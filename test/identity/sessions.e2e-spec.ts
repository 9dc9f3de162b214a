import { DataSource } from 'typeorm';
import { createApp } from '../../src/create-app.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { waitFor } from '../support/wait-for.js';
import { login, me, personOf, refresh, registerGuest, registerPerson } from './people.js';

describe('sessions', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.stop());

  const sql = (text: string, values: unknown[] = []) => app.app.get(DataSource).query(text, values);
  const sessionsOf = async (token: string) => (await app.request('GET', '/api/v1/auth/sessions', { token })).json.data;

  it('trades a refresh token for a new pair of the same session', async () => {
    const person = await registerPerson(app);
    const [before] = await sessionsOf(person.accessToken);
    const renewed = personOf(await refresh(app, person.refreshToken));
    expect(renewed.id).toBe(person.id);
    expect(renewed.refreshToken).not.toBe(person.refreshToken);
    const sessions = await sessionsOf(renewed.accessToken);
    expect(sessions).toHaveLength(1);
    expect(sessions[0]).toMatchObject({ id: before.id, createdAt: before.createdAt, isCurrent: true });
    expect(Date.parse(sessions[0].expiresAt)).toBeGreaterThan(Date.parse(before.expiresAt));
    expect((await me(app, person.accessToken)).status).toBe(200);
  });

  it('refreshes although the request carries an expired access token', async () => {
    const { refreshToken } = await registerPerson(app);
    const response = await app.request('POST', '/api/v1/auth/refresh', { body: { refreshToken }, token: 'gone' });
    expect(response.status).toBe(200);
  });

  it('stores no refresh token, only its SHA-256', async () => {
    const { refreshToken } = await registerPerson(app);
    const rows = await sql(`SELECT token_hash FROM refresh_tokens WHERE token_hash = sha256($1::bytea)`, [
      Buffer.from(refreshToken),
    ]);
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(await sql(`SELECT * FROM refresh_tokens`))).not.toContain(refreshToken);
  });

  it('revokes the whole session when a spent refresh token comes again', async () => {
    const person = await registerPerson(app);
    const other = personOf(await login(app, { email: person.email }));
    const renewed = personOf(await refresh(app, person.refreshToken));

    const reuse = await refresh(app, person.refreshToken);
    expect(reuse.status).toBe(401);
    expect(reuse.json.code).toBe('auth.invalid-refresh-token');
    expect(reuse.headers.get('www-authenticate')).toMatch(/^Bearer/);

    expect((await me(app, renewed.accessToken)).status).toBe(401);
    expect((await refresh(app, renewed.refreshToken)).status).toBe(401);
    expect((await me(app, other.accessToken)).status).toBe(200);
    const entries = await sql(
      `SELECT subject FROM audit_entries WHERE action = 'auth.refresh-token-reused' AND subject = $1`,
      [`user:${person.id}`],
    );
    expect(entries).toHaveLength(1);
  });

  it('gives a new pair to exactly one of many that send the same refresh token at once, and ends the session', async () => {
    const person = await registerPerson(app);
    const responses = await Promise.all(Array.from({ length: 8 }, () => refresh(app, person.refreshToken)));
    expect(responses.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      200,
      ...Array.from({ length: 7 }, () => 401),
    ]);
    const winner = personOf(responses.find(({ status }) => status === 200)!);
    expect((await refresh(app, winner.refreshToken)).status).toBe(401);
    expect((await me(app, winner.accessToken)).status).toBe(401);
  });

  it.each(['', 'x', 'x'.repeat(201), 'x\0y', null, 7, { $ne: '' }])(
    'refuses %j as a refresh token',
    async (refreshToken) => {
      const response = await app.request('POST', '/api/v1/auth/refresh', { body: { refreshToken } });
      expect([400, 401]).toContain(response.status);
    },
  );

  it('does not take an access token as a refresh token, nor the other way round', async () => {
    const { accessToken, refreshToken } = await registerPerson(app);
    expect((await refresh(app, accessToken)).status).toBeGreaterThanOrEqual(400);
    expect((await me(app, refreshToken)).status).toBe(401);
    expect((await me(app, accessToken)).status).toBe(200);
  });

  it('refuses a refresh token after its time, and does not call that reuse', async () => {
    const person = await registerPerson(app);
    await sql(
      `UPDATE refresh_tokens SET expires_at = now() - interval '1 second'
        WHERE session_id IN (SELECT id FROM sessions WHERE user_id = $1)`,
      [person.id],
    );
    expect((await refresh(app, person.refreshToken)).status).toBe(401);
    expect((await me(app, person.accessToken)).status).toBe(200);
  });

  it('ends the session of its tokens at logout, and no other', async () => {
    const person = await registerPerson(app);
    const other = personOf(await login(app, { email: person.email }));
    const response = await app.request('POST', '/api/v1/auth/logout', { token: person.accessToken });
    expect(response.json.data).toEqual({ sessions: 1 });
    expect((await me(app, person.accessToken)).json.code).toBe('access.session-ended');
    expect((await refresh(app, person.refreshToken)).status).toBe(401);
    expect((await me(app, other.accessToken)).status).toBe(200);
  });

  it('ends every session at logout-all', async () => {
    const person = await registerPerson(app);
    const other = personOf(await login(app, { email: person.email }));
    const response = await app.request('POST', '/api/v1/auth/logout-all', { token: other.accessToken });
    expect(response.json.data).toEqual({ sessions: 2 });
    for (const { accessToken, refreshToken } of [person, other]) {
      expect((await me(app, accessToken)).status).toBe(401);
      expect((await refresh(app, refreshToken)).status).toBe(401);
    }
  });

  it('lists only the own sessions that stand, with address and user agent', async () => {
    const person = await registerPerson(app);
    await registerPerson(app);
    const phone = personOf(await login(app, { email: person.email }, { 'user-agent': `phone ${'x'.repeat(1000)}` }));
    const ended = personOf(await login(app, { email: person.email }));
    await app.request('POST', '/api/v1/auth/logout', { token: ended.accessToken });
    const sessions = await sessionsOf(person.accessToken);
    expect(sessions).toHaveLength(2);
    expect(sessions.filter(({ isCurrent }: { isCurrent: boolean }) => isCurrent)).toHaveLength(1);
    const [onPhone] = (await sessionsOf(phone.accessToken)).filter(
      ({ isCurrent }: { isCurrent: boolean }) => isCurrent,
    );
    expect(onPhone).toMatchObject({ address: '127.0.0.1', userAgent: `phone ${'x'.repeat(250)}` });
  });

  it('lets the owner end a session, and nobody else', async () => {
    const person = await registerPerson(app);
    const thief = await registerPerson(app);
    const guest = await registerGuest(app);
    const other = personOf(await login(app, { email: person.email }));
    const [{ id }] = (await sessionsOf(other.accessToken)).filter(({ isCurrent }: { isCurrent: boolean }) => isCurrent);
    const end = (token: string) => app.request('DELETE', `/api/v1/auth/sessions/${id}`, { token });

    expect((await end(thief.accessToken)).status).toBe(404);
    expect((await end(guest.accessToken)).status).toBe(404);
    expect((await me(app, other.accessToken)).status).toBe(200);

    expect((await end(person.accessToken)).status).toBe(200);
    expect((await me(app, other.accessToken)).status).toBe(401);
    expect((await end(person.accessToken)).status).toBe(404);
  });

  it.each([
    '1',
    'x',
    '%00',
    "' OR true --",
    '019a9c3e-8d5b-7c3a-9c55-0c6a7d1f2b3',
    '00000000-0000-0000-0000-000000000000',
  ])('answers the session id %s with 400 or 404', async (id) => {
    const { accessToken } = await registerPerson(app);
    const path = `/api/v1/auth/sessions/${encodeURIComponent(id)}`;
    expect([400, 404]).toContain((await app.request('DELETE', path, { token: accessToken })).status);
  });

  it.each([
    ['the session has run out', `UPDATE sessions SET expires_at = now() - interval '1 second' WHERE user_id = $1`],
    ['the user is disabled, by whatever way', `UPDATE users SET disabled_at = now() WHERE id = $1`],
    ['the user is gone', `DELETE FROM users WHERE id = $1`],
  ])('does not answer when %s', async (_, statement) => {
    const { id, accessToken, refreshToken } = await registerPerson(app);
    await sql(statement, [id]);
    expect((await me(app, accessToken)).json.code).toBe('access.session-ended');
    expect((await refresh(app, refreshToken)).status).toBe(401);
  });

  it('remembers when a session was last used, to ten minutes', async () => {
    const { accessToken } = await registerPerson(app);
    const [{ id }] = await sessionsOf(accessToken);
    const setAge = (minutes: number) =>
      sql(`UPDATE sessions SET last_used_at = now() - make_interval(mins => $2) WHERE id = $1`, [id, minutes]);
    const age = async () => {
      const [{ lastUsedAt }] = await sessionsOf(accessToken);
      return Math.round((Date.now() - Date.parse(lastUsedAt)) / 60_000);
    };
    await setAge(11);
    // With Redis a session that was read a moment ago is not read again.
    await waitFor(async () => (await age()) === 0);
    await setAge(5);
    expect(await age()).toBe(5);
  });

  it('ends sessions at once in every replica', async () => {
    const replica = await createApp(app.config, app.databaseUrl);
    try {
      await replica.listen(0, '127.0.0.1');
      const person = await registerPerson(app);
      const headers = { authorization: `Bearer ${person.accessToken}` };
      const there = async () => (await fetch(`${await replica.getUrl()}/api/v1/auth/me`, { headers })).status;
      expect(await there()).toBe(200);
      await app.request('POST', '/api/v1/auth/logout', { token: person.accessToken });
      expect(await there()).toBe(401);
    } finally {
      await replica.close();
    }
  });

  it('ends sessions at once in a process that has its database for itself', async () => {
    const alone = await createApp(app.config, app.databaseUrl, 'alone');
    try {
      await alone.listen(0, '127.0.0.1');
      const person = await registerPerson(app);
      const headers = { authorization: `Bearer ${person.accessToken}` };
      const ask = async (method: string, path: string) =>
        (await fetch(`${await alone.getUrl()}/api/v1/auth/${path}`, { method, headers })).status;
      expect(await ask('GET', 'me')).toBe(200);
      expect(await ask('GET', 'me')).toBe(200);
      expect(await ask('POST', 'logout')).toBeLessThan(300);
      expect(await ask('GET', 'me')).toBe(401);
    } finally {
      await alone.close();
    }
  });

  it('has no sessions for the admin secret', async () => {
    for (const [method, path] of [
      ['GET', 'sessions'],
      ['GET', 'me'],
      ['POST', 'logout'],
      ['POST', 'logout-all'],
    ] as const) {
      const response = await app.request(method, `/api/v1/auth/${path}`, { asAdmin: true });
      expect(response.status).toBe(403);
      expect(response.json.code).toBe('access.account-required');
    }
  });
});
