import { createHmac, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { JwtService } from '@nestjs/jwt';
import * as fc from 'fast-check';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { me, registerPerson, registerWithRole, type Person } from '../identity/people.js';

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('access tokens', () => {
  let app: TestApp;
  let person: Person;
  let claims: Record<string, unknown>;
  beforeAll(async () => {
    app = await startTestApp();
    person = await registerPerson(app);
    claims = decode(person.accessToken);
  });
  afterAll(() => app.stop());

  const decode = (token: string): Record<string, unknown> =>
    JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as Record<string, unknown>;

  /** A token whose parts are exactly these, signed with the real secret unless another one is given. */
  const forge = (header: object, payload: unknown, secret = app.config.secrets.jwt, digest = 'sha256') => {
    const signed = `${base64url(header)}.${base64url(payload)}`;
    return `${signed}.${createHmac(digest, secret).update(signed).digest('base64url')}`;
  };
  const hs256 = { alg: 'HS256', typ: 'JWT' };
  const expectRefused = async (token: string) => {
    const response = await me(app, token);
    expect({ status: response.status, code: response.json.code }).toEqual({
      status: 401,
      code: 'access.invalid-token',
    });
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
  };

  it('carry user, session, role, issuer, audience and times, and nothing else', () => {
    expect(claims).toEqual({
      sub: person.id,
      sid: expect.stringMatching(/^[\da-f-]{36}$/),
      role: 'student',
      iss: 'lyceum',
      aud: 'lyceum-api',
      iat: expect.any(Number),
      exp: (claims['iat'] as number) + 86_400,
    });
    expect(JSON.parse(Buffer.from(person.accessToken.split('.')[0]!, 'base64url').toString())).toEqual(hs256);
  });

  it('are accepted when forged with the real secret and good claims: the forger of these tests works', async () => {
    expect((await me(app, forge(hs256, claims))).status).toBe(200);
  });

  it.each(['none', 'None', 'NONE', 'nOnE', ''])('are refused with the algorithm "%s" and no signature', async (alg) => {
    const unsigned = `${base64url({ alg, typ: 'JWT' })}.${base64url(claims)}`;
    await expectRefused(`${unsigned}.`);
    await expectRefused(unsigned);
    await expectRefused(`${unsigned}.${person.accessToken.split('.')[2]}`);
  });

  it.each([
    ['HS384', 'sha384'],
    ['HS512', 'sha512'],
  ])('are refused with %s, although the secret is right', async (alg, digest) => {
    await expectRefused(forge({ alg, typ: 'JWT' }, claims, app.config.secrets.jwt, digest));
  });

  it('are refused with an asymmetric algorithm, whatever the key', async () => {
    const { exp: _, iat: __, iss: ___, aud: ____, ...own } = claims;
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const options = { issuer: 'lyceum', audience: 'lyceum-api', expiresIn: 3600 };
    const jwt = new JwtService();
    await expectRefused(jwt.sign(own, { ...options, algorithm: 'RS256', privateKey: rsa.privateKey }));
    await expectRefused(jwt.sign(own, { ...options, algorithm: 'PS256', privateKey: rsa.privateKey }));
    await expectRefused(jwt.sign(own, { ...options, algorithm: 'ES256', privateKey: ec.privateKey }));
    // Confusion: the header says RS256, the signature is an HMAC with our secret, or with a public key as the secret.
    await expectRefused(forge({ alg: 'RS256', typ: 'JWT' }, claims));
    const publicPem = createPublicKey(rsa.privateKey).export({ type: 'spki', format: 'pem' }).toString();
    await expectRefused(forge(hs256, claims, publicPem));
  });

  it('are refused when the header brings its own key', async () => {
    const key = Buffer.from('attacker').toString('base64url');
    for (const extra of [{ jwk: { kty: 'oct', k: key } }, { jku: 'https://evil.example' }, { kid: '../../dev/null' }]) {
      await expectRefused(forge({ ...hs256, ...extra }, claims, 'attacker'));
    }
    await expectRefused(forge(hs256, claims, ''));
  });

  it('are refused after a change of any part', async () => {
    const [header, payload, signature] = person.accessToken.split('.') as [string, string, string];
    await expectRefused(`${header}.${base64url({ ...claims, role: 'admin' })}.${signature}`);
    await expectRefused(`${header}.${base64url({ ...claims, exp: 4_102_444_800 })}.${signature}`);
    await expectRefused(`${base64url({ ...hs256, x: 1 })}.${payload}.${signature}`);
    await expectRefused(`${header}.${payload}.${signature.slice(0, -2)}`);
    await expectRefused(`${header}.${payload}.${signature}.${signature}`);
  });

  it.each([
    ['another issuer', { iss: 'other' }],
    ['no issuer', { iss: undefined }],
    ['another audience', { aud: 'other-api' }],
    ['no audience', { aud: undefined }],
    ['no expiry', { exp: undefined }],
    ['an expiry in the past', { exp: Math.floor(Date.now() / 1000) - 1 }],
    ['an expiry that is text', { exp: '4102444800' }],
    ['a beginning in the future', { nbf: Math.floor(Date.now() / 1000) + 3600 }],
    ['no user', { sub: undefined }],
    ['a user that is no UUID', { sub: "' OR true --" }],
    ['a user that is an object', { sub: { $ne: null } }],
    ['no session', { sid: undefined }],
    ['a session that is no UUID', { sid: '1' }],
    ['a role that is none', { role: 'root' }],
  ])('are refused with %s', async (_, change) => {
    await expectRefused(forge(hs256, { ...claims, ...change }));
  });

  it.each([null, 'text', 7, [], {}])('are refused with the payload %j', async (payload) => {
    await expectRefused(forge(hs256, payload));
  });

  it('do not work for the session of somebody else', async () => {
    const other = await registerPerson(app);
    const mixed = forge(hs256, { ...claims, sub: other.id });
    const response = await me(app, mixed);
    expect(response.status).toBe(401);
    expect(response.json.code).toBe('access.session-ended');
  });

  it('do not give the role that they name, but the one in the database', async () => {
    const promoted = forge(hs256, { ...claims, role: 'admin' });
    expect((await app.request('GET', '/api/v1/users', { token: promoted })).status).toBe(403);
    const admin = await registerWithRole(app, 'admin');
    expect(decode(admin.accessToken)['role']).toBe('student');
    expect((await app.request('GET', '/api/v1/users', { token: admin.accessToken })).status).toBe(200);
  });

  it('of another installation, with another secret, are refused', async () => {
    const other = await startTestApp();
    try {
      const stranger = await registerPerson(other);
      await expectRefused(stranger.accessToken);
      // And the second application in this process has not put its key in place of ours.
      expect((await me(app, person.accessToken)).status).toBe(200);
      expect((await me(other, stranger.accessToken)).status).toBe(200);
    } finally {
      await other.stop();
    }
  });

  it('do not mix up callers who come at the same time', async () => {
    const people = await Promise.all(Array.from({ length: 5 }, () => registerPerson(app)));
    const requests = Array.from({ length: 100 }, (_, index) => people[index % people.length]!);
    const answers = await Promise.all(requests.map(({ accessToken }) => me(app, accessToken)));
    expect(answers.map(({ json }) => json.data.id)).toEqual(requests.map(({ id }) => id));
  });

  it('of any shape give 401, never an error', async () => {
    const part = fc.oneof(
      fc.base64String(),
      fc.string(),
      fc.json().map((json) => Buffer.from(json).toString('base64url')),
    );
    const token = fc.array(part, { maxLength: 5 }).map((parts) => parts.join('.'));
    await fc.assert(
      fc.asyncProperty(token, async (text) => {
        const authorization = `Bearer ${text}`.replaceAll(/[^\x20-\x7e]/g, '?');
        const { statusCode } = await app.app.inject({
          method: 'GET',
          url: '/api/v1/auth/me',
          headers: { authorization },
        });
        expect(statusCode).toBe(401);
      }),
      { numRuns: 300 },
    );
  });
});

it('access tokens end after JWT_EXPIRES_IN', async () => {
  const app = await startTestApp({ JWT_EXPIRES_IN: '90' });
  const { accessToken } = await registerPerson(app);
  const { iat, exp } = new JwtService().decode<{ iat: number; exp: number }>(accessToken);
  expect(exp - iat).toBe(90);
  await app.stop();
});
