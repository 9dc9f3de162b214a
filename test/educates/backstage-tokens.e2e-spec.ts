import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';
import { startTrainingPortal, type TrainingPortal } from '../support/training-portal/training-portal.js';
import { Upstream } from '../support/upstream.js';
import { grant, query, startEducatesApp, type EducatesApp } from './educates-app.js';

type PrivateKey = Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];

describe('people whom Backstage vouches for', () => {
  let portal: TrainingPortal;
  let app: EducatesApp;
  let backstage: Upstream;
  let key: PrivateKey;
  let strangersKey: PrivateKey;
  beforeAll(async () => {
    const pair = await generateKeyPair('ES256', { extractable: true });
    key = pair.privateKey;
    strangersKey = (await generateKeyPair('ES256')).privateKey;
    const keys = [{ ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'ES256' }];
    backstage = await Upstream.start((_, response) => {
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys }));
    });
    portal = await startTrainingPortal({ name: 'campus', workshops: [{ name: 'lab-git', alias: 'git-basics' }] });
    app = await startEducatesApp([portal], { BACKSTAGE_URL: `${backstage.url}/` });
  });
  afterAll(async () => {
    await app?.stop();
    await portal?.stop();
    await backstage?.stop();
  });

  const now = (): number => Math.floor(Date.now() / 1000);
  const claimsOf = (name: string): JWTPayload => ({
    iss: `${backstage.url}/api/auth`,
    aud: 'backstage',
    sub: `user:default/${name}`,
    ent: [`user:default/${name}`, `group:default/team-${name}`],
    iat: now(),
    exp: now() + 600,
  });
  const sign = (claims: JWTPayload, header: object = {}, by = key): Promise<string> =>
    new SignJWT(claims).setProtectedHeader({ alg: 'ES256', typ: 'vnd.backstage.user', kid: 'k1', ...header }).sign(by);
  const request = async (name: string) =>
    app.call('POST', '/workshops/campus/campus-w01/request', { token: await sign(claimsOf(name)) });

  it('use the routes of the plugin, each with a session of their own', async () => {
    const token = await sign(claimsOf('jane'));
    expect((await app.call('GET', '/workshops/campus', { token })).status).toBe(200);
    expect((await app.call('POST', '/workshops/campus/token', { token })).status).toBe(200);
    expect((await app.call('GET', '/catalog', { token })).json.total).toBe(1);
    expect((await app.call('GET', '/portals', { token })).json.portals).toHaveLength(1);
    const [first, again, other] = [await request('jane'), await request('jane'), await request('joe')];
    expect([first.status, other.status]).toEqual([200, 200]);
    expect(again.json.name).toBe(first.json.name);
    expect(other.json.name).not.toBe(first.json.name);
    expect(await query(app, 'SELECT DISTINCT user_id FROM workshop_sessions')).toHaveLength(2);
    expect(backstage.requests.map(({ path }) => path)).toEqual(['/api/auth/.well-known/jwks.json']);
  });

  it('are granted what their groups in Backstage are', async () => {
    const subject = { subjectKind: 'group', subjectId: 'backstage.group.default.team-ann' } as const;
    await grant(app, subject, 'educates.workshop.start', 'workshop:campus/git-basics');
    expect((await request('ann')).status).toBe(200);
    const refused = await request('bob');
    expect([refused.status, refused.json.error]).toEqual([403, 'Access denied to start this workshop']);
  });

  it('are nobody on other routes', async () => {
    const token = await sign(claimsOf('jane'));
    for (const path of ['/api/v1/auth/me', '/api/v1/users', '/api/educates/sessions']) {
      expect((await app.request('GET', path, { token })).status).toBe(401);
    }
    expect((await app.request('POST', '/api/educates/portals', { token, body: {} })).status).toBe(401);
  });

  it('cannot be made up', async () => {
    const good = claimsOf('eve');
    const { exp: _, ...endless } = good;
    const attempts = [
      await sign(good, {}, strangersKey),
      await sign(good, { typ: 'vnd.backstage.plugin' }),
      await sign(good, { typ: 'JWT' }),
      await sign(good, { kid: 'k2' }),
      await sign({ ...good, aud: 'other' }),
      await sign({ ...good, exp: now() - 60 }),
      await sign(endless),
      await sign({ ...good, sub: 'plugin:catalog' }),
      await sign({ ...good, sub: 'group:default/admins' }),
      await sign({ ...good, iss: 'https://elsewhere.example.org/api/auth' }),
      new UnsecuredJWT(good).encode(),
      await new SignJWT(good)
        .setProtectedHeader({ alg: 'HS256', typ: 'vnd.backstage.user', kid: 'k1' })
        .sign(new TextEncoder().encode('k'.repeat(64))),
    ];
    for (const token of attempts) expect((await app.call('GET', '/workshops/campus', { token })).status).toBe(401);
    // Key ids that nobody has heard of lead to no calls.
    expect(backstage.requests).toHaveLength(1);
  });

  it('are nobody when no Backstage is configured', async () => {
    const other = await startEducatesApp([portal]);
    expect((await other.call('GET', '/workshops/campus', { token: await sign(claimsOf('jane')) })).status).toBe(401);
    await other.stop();
  });
});
