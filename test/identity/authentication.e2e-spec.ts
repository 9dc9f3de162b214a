import { DataSource } from 'typeorm';
import { PasswordHasher } from '../../src/modules/identity/passwords/password-hasher.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { login, me, newEmail, password, personOf, registerPerson } from './people.js';

const sql = (app: TestApp, text: string, values: unknown[] = []) => app.app.get(DataSource).query(text, values);

describe('accounts', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.stop());

  const register = (body: Record<string, unknown>) => app.request('POST', '/api/v1/auth/register', { body });

  it('registers a student who is signed in at once', async () => {
    const response = await register({ email: ' Ada@Example.ORG ', password, username: 'ada', name: 'Ada Lovelace' });
    expect(response.status).toBe(201);
    const { user, accessToken, token, refreshToken, tokenType, expiresIn } = response.json.data;
    expect(user).toEqual({
      id: expect.stringMatching(/^[\da-f-]{36}$/),
      role: 'student',
      email: 'ada@example.org',
      username: 'ada',
      name: 'Ada Lovelace',
      studentId: null,
      createdAt: expect.any(String),
    });
    expect(token).toBe(accessToken);
    expect(tokenType).toBe('Bearer');
    expect(expiresIn).toBe(86_400);
    expect(refreshToken).toMatch(/^[\w-]{43}$/);
    expect((await me(app, accessToken)).json.data).toEqual(user);
  });

  it('publishes user.registered and user.login in the shape of the seed', async () => {
    const person = await registerPerson(app, { name: 'John Doe', studentId: 'IT2024001' });
    await login(app, { email: person.email });
    const events = await sql(app, `SELECT type, data, subject FROM events WHERE subject = $1 ORDER BY id`, [person.id]);
    expect(events).toEqual([
      {
        type: 'user.registered',
        subject: person.id,
        data: {
          userId: person.id,
          email: person.email,
          name: 'John Doe',
          studentId: 'IT2024001',
          registrationDate: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        },
      },
      {
        type: 'user.login',
        subject: person.id,
        data: { userId: person.id, email: person.email, name: 'John Doe', loginAt: expect.stringMatching(/Z$/) },
      },
    ]);
  });

  it('publishes nothing when the registration fails', async () => {
    const { email } = await registerPerson(app);
    const count = async () =>
      (await sql(app, `SELECT count(*)::int AS n FROM events WHERE data->>'email' = $1`, [email]))[0].n;
    expect((await register({ email, password })).status).toBe(409);
    expect(await count()).toBe(1);
  });

  it('never keeps or shows the password, and hashes it with Argon2id as OWASP recommends', async () => {
    const response = await register({ email: newEmail(), password });
    expect(response.text).not.toContain('argon2');
    const [row] = await sql(app, `SELECT * FROM users WHERE id = $1`, [response.json.data.user.id]);
    expect(row.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(JSON.stringify(row)).not.toContain(password);
  });

  it.each(['email', 'username'])('logs in by %s, without regard to case', async (field) => {
    const username = `Grace.${field}`;
    const { id, email } = await registerPerson(app, { username });
    const name = (field === 'email' ? email : username).toUpperCase();
    expect(personOf(await login(app, { [field]: name })).id).toBe(id);
  });

  it('takes a username in the email member, for front ends with one field', async () => {
    const { id } = await registerPerson(app, { username: 'one-field' });
    expect(personOf(await login(app, { email: 'one-field' })).id).toBe(id);
  });

  it('logs in although the request carries an expired token', async () => {
    const { email } = await registerPerson(app);
    expect((await login(app, { email }, { authorization: 'Bearer long.gone.token' })).status).toBe(200);
  });

  it('treats composed and decomposed characters of a password as the same', async () => {
    const { email } = await registerPerson(app, { password: 'pâsswörd é'.normalize('NFD') });
    expect((await login(app, { email, password: 'pâsswörd é'.normalize('NFC') })).status).toBe(200);
    expect((await login(app, { email, password: 'password e' })).status).toBe(401);
  });

  it('lets one of two simultaneous registrations of an email win', async () => {
    const email = newEmail();
    const responses = await Promise.all([1, 2, 3].map(() => register({ email, password })));
    expect(responses.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409]);
    expect(responses.find(({ status }) => status === 409)?.json.code).toBe('users.email-taken');
  });

  it.each([
    ['another case', 'TAKEN@Example.org', 409],
    ['a Cyrillic letter', 'tаken@example.org', 400],
    ['full-width letters', 'ｔaken@example.org', 400],
    ['a Kelvin sign, whose lower case is k', 'ta\u212Aen@example.org', 409],
    ['a dotless i in the domain', 'taken@ex\u0131mple.org', 400],
    ['a zero-width space', 'taken\u200B@example.org', 400],
  ])('does not give a second account for an email with %s', async (_, email, status) => {
    await register({ email: 'taken@example.org', password });
    expect((await register({ email, password })).status).toBe(status);
  });

  it('refuses a username that is taken in another case', async () => {
    await registerPerson(app, { username: 'Hopper' });
    const response = await register({ email: newEmail(), password, username: 'hopper' });
    expect(response.status).toBe(409);
    expect(response.json.code).toBe('users.username-taken');
  });

  it.each([
    ['role', { role: 'admin' }],
    ['id', { id: '019a9c3e-8d5b-7c3a-9c55-0c6a7d1f2b3e' }],
    ['passwordHash', { passwordHash: 'x' }],
    ['disabledAt', { disabledAt: null }],
    ['__proto__', JSON.parse('{"__proto__": {"role": "admin"}}')],
  ])('refuses a registration that brings %s', async (_, extra) => {
    const body = `${JSON.stringify({ email: newEmail(), password }).slice(0, -1)},${JSON.stringify(extra).slice(1)}`;
    expect((await app.request('POST', '/api/v1/auth/register', { body })).status).toBe(400);
  });

  it.each([
    ['email', 'no-at-sign'],
    ['email', `${'a'.repeat(250)}@example.org`],
    ['email', 'nul\0@example.org'],
    ['email', ['a@example.org']],
    ['email', null],
    ['password', 'short'],
    ['password', 'x'.repeat(129)],
    ['password', '\ud800'.repeat(8)],
    ['password', 12_345_678],
    ['username', 'a'],
    ['username', 'with@sign'],
    ['username', 'аdmin'],
    ['username', null],
    ['name', ''],
    ['name', 'x'.repeat(101)],
    ['name', 'nul\0'],
    ['name', 'evil\u202Etxt'],
    ['studentId', 'x'.repeat(65)],
    ['studentId', { $gt: '' }],
  ])('names %s when it is %j', async (field, value) => {
    const response = await register({ email: newEmail(), password, [field]: value });
    expect(response.status).toBe(400);
    expect(response.json.errors).toEqual(expect.arrayContaining([expect.objectContaining({ field })]));
    expect(response.text).not.toContain(password);
  });

  it('takes a password of 128 characters outside the basic plane', async () => {
    const { email } = await registerPerson(app, { password: '🐍'.repeat(128) });
    expect((await login(app, { email, password: '🐍'.repeat(128) })).status).toBe(200);
  });

  describe('a login that fails', () => {
    const answerTo = async (body: Record<string, unknown>) => {
      const { status, headers, json } = await login(app, body);
      const { timestamp: _, correlationId: __, ...rest } = json;
      return { status, names: [...headers.keys()].toSorted(), body: rest };
    };

    it('looks the same for an unknown user and a wrong password', async () => {
      const { email } = await registerPerson(app);
      const wrong = await answerTo({ email, password: 'not the password' });
      expect(wrong.status).toBe(401);
      expect(wrong.body.code).toBe('auth.invalid-credentials');
      expect(await answerTo({ email: newEmail() })).toEqual(wrong);
      expect(await answerTo({ username: 'nobody-at-all' })).toEqual(wrong);
      expect(await answerTo({ email: 'аda@example.org' })).toEqual(wrong);
    });

    it('costs one hash for an unknown user as for a wrong password', async () => {
      const { email } = await registerPerson(app);
      const enter = jest.spyOn(app.app.get(PasswordHasher)['bulkhead'], 'enter');
      await login(app, { email, password: 'not the password' });
      expect(enter).toHaveBeenCalledTimes(1);
      await login(app, { email: newEmail() });
      expect(enter).toHaveBeenCalledTimes(2);
      enter.mockRestore();
    });

    it.each([
      [{}],
      [{ email: '' }],
      [{ email: null }],
      [{ username: 'nul\0' }],
      [{ email: 'x'.repeat(300) }],
      [{ email: { $ne: null } }],
      [{ email: 'ada@example.org', password: undefined }],
      [{ email: 'ada@example.org', password: 'x'.repeat(129) }],
    ])('is a bad request for %j', async (body) => {
      expect((await login(app, body)).status).toBe(400);
    });
  });

  describe('PATCH /auth/me', () => {
    const patch = (token: string, body: Record<string, unknown>) =>
      app.request('PATCH', '/api/v1/auth/me', { token, body });

    it('changes name and student id without the password', async () => {
      const { accessToken } = await registerPerson(app);
      const response = await patch(accessToken, { name: 'Grace', studentId: 'S-1' });
      expect(response.json.data).toMatchObject({ name: 'Grace', studentId: 'S-1' });
      expect((await me(app, accessToken)).json.data).toEqual(response.json.data);
    });

    it.each([['email'], ['username'], ['newPassword']])('changes %s only with the current password', async (field) => {
      const { accessToken } = await registerPerson(app);
      const values: Record<string, string> = {
        email: newEmail(),
        username: `patched-${field}`,
        newPassword: 'another good password',
      };
      const change = { [field]: values[field] };
      const missing = await patch(accessToken, change);
      expect(missing.status).toBe(400);
      expect(missing.json.errors[0].field).toBe('currentPassword');
      const wrong = await patch(accessToken, { ...change, currentPassword: 'wrong password' });
      expect(wrong.status).toBe(403);
      expect((await patch(accessToken, { ...change, currentPassword: password })).status).toBe(200);
    });

    it('ends the other sessions with a new password, keeps this one, and the old password is dead', async () => {
      const person = await registerPerson(app);
      const other = personOf(await login(app, { email: person.email }));
      const newPassword = 'another good password';
      expect((await patch(person.accessToken, { newPassword, currentPassword: password })).status).toBe(200);
      expect((await me(app, person.accessToken)).status).toBe(200);
      expect((await me(app, other.accessToken)).status).toBe(401);
      expect((await login(app, { email: person.email })).status).toBe(401);
      expect((await login(app, { email: person.email, password: newPassword })).status).toBe(200);
    });

    it.each([{ role: 'admin' }, { email: null, currentPassword: password }, { name: null }, { passwordHash: 'x' }])(
      'refuses %j',
      async (body) => {
        const { accessToken } = await registerPerson(app);
        expect((await patch(accessToken, body)).status).toBe(400);
      },
    );

    it('does not take an email that somebody else has', async () => {
      const somebody = await registerPerson(app);
      const { accessToken } = await registerPerson(app);
      const response = await patch(accessToken, { email: somebody.email, currentPassword: password });
      expect(response.status).toBe(409);
    });
  });

  it('hashes anew at login what was hashed with other parameters', async () => {
    const { id, email } = await registerPerson(app);
    // The password `correct horse battery staple` with m=8, t=1.
    const { hash } = await import('@node-rs/argon2');
    const weak = await hash(password, { memoryCost: 8, timeCost: 1, parallelism: 1 });
    await sql(app, `UPDATE users SET password_hash = $2 WHERE id = $1`, [id, weak]);
    expect((await login(app, { email })).status).toBe(200);
    const [{ password_hash: stored }] = await sql(app, `SELECT password_hash FROM users WHERE id = $1`, [id]);
    expect(stored).toContain('m=19456,t=2,p=1');
    expect((await login(app, { email })).status).toBe(200);
  });
});
