import { createAdmin } from '../../src/modules/identity/index.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import {
  login,
  me,
  newEmail,
  password,
  personOf,
  refresh,
  registerGuest,
  registerPerson,
  registerWithRole,
} from './people.js';

describe('administration of users', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.stop());

  const list = (query = '') => app.request('GET', `/api/v1/users${query}`, { asAdmin: true });
  const setRole = (id: string, role: unknown) =>
    app.request('PUT', `/api/v1/users/${id}/role`, { asAdmin: true, body: { role } });
  const act = (id: string, action: 'disable' | 'enable', options = { asAdmin: true } as object) =>
    app.request('POST', `/api/v1/users/${id}/${action}`, options);

  it('pages through all users, the newest first, each once', async () => {
    const people = [];
    for (let index = 0; index < 5; index += 1) people.push(await registerPerson(app));
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await list(`?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`);
      expect(page.json.data.length).toBeLessThanOrEqual(2);
      expect(page.json.pagination.limit).toBe(2);
      seen.push(...page.json.data.map(({ id }: { id: string }) => id));
      cursor = page.json.pagination.nextCursor;
    } while (cursor !== null);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.slice(0, 5)).toEqual(people.map(({ id }) => id).toReversed());
  });

  it('filters by role and by a part of the email or username', async () => {
    const instructor = await registerWithRole(app, 'instructor');
    const guest = await registerGuest(app);
    const found = await registerPerson(app, { email: 'Needle_100%@example.org', username: 'Haystack-9' });
    const ids = async (query: string) => (await list(query)).json.data.map(({ id }: { id: string }) => id);
    expect(await ids('?role=instructor')).toEqual([instructor.id]);
    expect(await ids('?role=guest')).toEqual([guest.id]);
    expect(await ids('?search=NEEDLE_100%25@')).toEqual([found.id]);
    expect(await ids('?search=haystack')).toEqual([found.id]);
    expect(await ids('?search=needle_10%25%25')).toEqual([]);
    expect(await ids('?search=needle&role=admin')).toEqual([]);
  });

  it.each([
    'limit=0',
    'limit=101',
    'limit=-1',
    'limit=1.5',
    'limit=NaN',
    'limit=',
    'limit=1&limit=2',
    'cursor=x',
    'cursor=%00',
    'role=root',
    'role[]=admin',
    'search=',
    'search=%00',
    `search=${'x'.repeat(101)}`,
    'order=email',
  ])('refuses the query %s with 400', async (query) => {
    expect((await list(`?${query}`)).status).toBe(400);
  });

  it('shows a user with the times of login and disabling, and no hash', async () => {
    const { id, email } = await registerPerson(app);
    await login(app, { email });
    const response = await app.request('GET', `/api/v1/users/${id}`, { asAdmin: true });
    expect(response.json.data).toMatchObject({ id, email, lastLoginAt: expect.any(String), disabledAt: null });
    expect(Object.keys(response.json.data)).not.toContain('passwordHash');
  });

  it.each([
    ['019a9c3e-8d5b-7c3a-9c55-0c6a7d1f2b3e', 404],
    ['1', 400],
    ['%27', 400],
  ])('answers the unknown user %s with %i', async (id, status) => {
    expect((await app.request('GET', `/api/v1/users/${id}`, { asAdmin: true })).status).toBe(status);
    expect((await setRole(id, 'admin')).status).toBe(status);
    expect((await act(id, 'disable')).status).toBe(status);
    expect((await act(id, 'enable')).status).toBe(status);
  });

  it('sets a role that counts from the next request on, up and down', async () => {
    const { id, accessToken } = await registerPerson(app);
    const status = async () => (await app.request('GET', '/api/v1/users', { token: accessToken })).status;
    expect(await status()).toBe(403);
    expect((await setRole(id, 'admin')).json.data.role).toBe('admin');
    expect(await status()).toBe(200);
    expect((await me(app, accessToken)).json.data.role).toBe('admin');
    await setRole(id, 'student');
    expect(await status()).toBe(403);
  });

  it.each(['guest', 'root', '', null, ['admin'], { toString: 'admin' }])('does not set the role %j', async (role) => {
    const { id } = await registerPerson(app);
    expect((await setRole(id, role)).status).toBe(400);
  });

  it('stops a disabled user at once, and the sessions do not come back when enabled', async () => {
    const person = await registerPerson(app);
    expect((await act(person.id, 'disable')).json.data.disabledAt).toEqual(expect.any(String));
    expect((await me(app, person.accessToken)).status).toBe(401);
    expect((await refresh(app, person.refreshToken)).status).toBe(401);
    expect((await login(app, { email: person.email })).json.code).toBe('auth.account-disabled');
    expect((await login(app, { email: person.email, password: 'wrong password' })).json.code).toBe(
      'auth.invalid-credentials',
    );

    expect((await act(person.id, 'enable')).json.data.disabledAt).toBeNull();
    expect((await me(app, person.accessToken)).status).toBe(401);
    const back = personOf(await login(app, { email: person.email }));
    expect((await me(app, back.accessToken)).status).toBe(200);
  });

  it('disables guests too', async () => {
    const guest = await registerGuest(app);
    expect((await act(guest.id, 'disable')).status).toBe(200);
    expect((await me(app, guest.accessToken)).status).toBe(401);
  });

  it('does not let admins demote or disable themselves', async () => {
    const admin = await registerWithRole(app, 'admin');
    const options = { token: admin.accessToken };
    expect((await act(admin.id, 'disable', options)).status).toBe(409);
    const demotion = await app.request('PUT', `/api/v1/users/${admin.id}/role`, {
      ...options,
      body: { role: 'student' },
    });
    expect(demotion.status).toBe(409);
    expect((await act((await registerPerson(app)).id, 'disable', options)).status).toBe(200);
  });

  describe('createAdmin', () => {
    it('makes an admin who can log in', async () => {
      const email = newEmail();
      const { id } = await createAdmin(app.app, { email, password });
      const admin = personOf(await login(app, { email }));
      expect(admin.id).toBe(id);
      expect((await app.request('GET', '/api/v1/users', { token: admin.accessToken })).status).toBe(200);
    });

    it('holds the rules of registration and names every bad field', async () => {
      await expect(createAdmin(app.app, { email: 'nobody', password: 'short' })).rejects.toMatchObject({
        code: 'request.invalid',
        details: {
          errors: [expect.objectContaining({ field: 'email' }), expect.objectContaining({ field: 'password' })],
        },
      });
      const { email } = await registerPerson(app);
      await expect(createAdmin(app.app, { email, password })).rejects.toMatchObject({ code: 'users.email-taken' });
    });
  });
});
