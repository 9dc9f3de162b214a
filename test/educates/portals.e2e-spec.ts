import { startTrainingPortal, type TrainingPortal } from '../support/training-portal/training-portal.js';
import { selfSignedCertificate } from '../support/training-portal/self-signed-certificate.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { waitFor } from '../support/wait-for.js';
import { query, signUp, startEducatesApp, type EducatesApp } from './educates-app.js';

/** What replicas have in common; and a catalogue that is never fresh, so that every read asks the portal. */
const shared = { ENCRYPTION_KEY: `k1:${Buffer.alloc(32, 7).toString('base64')}`, EDUCATES_CATALOG_FRESHNESS: '1' };

const workshops = [{ name: 'lab-git', alias: 'git-basics' }];

describe('the portals that admins add', () => {
  let fixed: TrainingPortal;
  let campus: TrainingPortal;
  let app: EducatesApp;
  let replica: TestApp;
  let student: { token: string };
  beforeEach(async () => {
    fixed = await startTrainingPortal({ name: 'fixed', workshops: [{ name: 'vim' }] });
    campus = await startTrainingPortal({ name: 'campus', workshops });
    app = await startEducatesApp([fixed], shared);
    replica = await startTestApp(shared, app.databaseUrl);
    student = await signUp(app);
  });
  afterEach(async () => {
    await replica?.stop();
    await app?.stop();
    await Promise.all([fixed, campus].map((portal) => portal.stop()));
  });

  const settings = (portal = campus) => ({ name: 'campus', url: portal.url, robot: { ...portal.credentials } });
  const add = (body: object = settings()) => app.call('POST', '/portals', { asAdmin: true, body });
  const change = (body: object, name = 'campus') => app.call('PATCH', `/portals/${name}`, { asAdmin: true, body });
  const remove = (search = '') => app.call('DELETE', `/portals/campus${search}`, { asAdmin: true });
  const open = () => app.call('POST', '/sessions', { token: student.token, body: { workshop: 'git-basics' } });
  const namesSeenBy = async (server: TestApp): Promise<string[]> =>
    (await server.request('GET', '/api/educates/portals', { asAdmin: true })).json.portals.map(
      ({ name }: { name: string }) => name,
    );
  const problemOf = async (body: object) => {
    const { status, json } = await add(body);
    return [status, json.code, json.errors?.[0]?.field];
  };

  it('are tried, saved and used at once, by every process, and still there after a restart', async () => {
    const { status, json } = await add({ ...settings(), url: `${campus.url}/`, labels: { region: 'north' } });
    expect(status).toBe(201);
    expect(json).toMatchObject({
      portal: { name: 'campus', url: campus.url, source: 'api', labels: { region: 'north' }, state: 'up' },
      test: { portalUid: campus.uid, environments: 1, sessions: { maximum: null, allocated: 0 } },
    });
    expect((await open()).status).toBe(201);
    await waitFor(async () => (await namesSeenBy(replica)).includes('campus'));
    expect((await app.call('GET', '/portals/campus', { token: student.token })).json).toMatchObject({ source: 'api' });
    expect((await app.request('GET', '/health')).json.checks['portal:campus'].status).toBe('pass');
    const restarted = await startTestApp(shared, app.databaseUrl);
    expect(await namesSeenBy(restarted)).toEqual(['campus']);
    await restarted.stop();
  });

  it('are still there, and said to be misconfigured, when their credentials cannot be opened', async () => {
    await add();
    const stranger = await startTestApp({}, app.databaseUrl);
    const { json } = await stranger.request('GET', '/api/educates/portals', { asAdmin: true });
    expect(json.portals).toMatchObject([{ name: 'campus', state: 'misconfigured', sessions: null }]);
    await stranger.stop();
  });

  it('never show or store in the clear what they were entrusted', async () => {
    await add();
    await change({ labels: { region: 'south' } });
    const shown = [
      await app.call('GET', '/portals', { asAdmin: true }),
      await app.call('GET', '/portals/campus', { asAdmin: true }),
      await app.request('GET', '/api/v1/audit', { asAdmin: true }),
      await app.request('GET', '/health'),
    ].map(({ text }) => text);
    const stored = JSON.stringify([
      await query(app, 'SELECT * FROM managed_portals'),
      await query(app, 'SELECT * FROM portal_tokens'),
    ]);
    expect(shown[2]).toContain('educates.portal-created');
    const { password, clientId, clientSecret } = campus.credentials;
    for (const secret of [password, clientId, clientSecret]) expect(shown.join() + stored).not.toContain(secret);
  });

  it('are not saved when the portal refuses them, and the answer names the setting', async () => {
    const robot = campus.credentials;
    const failed = 'educates.portal-test-failed';
    const with_ = (wrong: object) => ({ ...settings(), robot: { ...robot, ...wrong } });
    expect(await problemOf(with_({ password: 'wrong' }))).toEqual([422, failed, 'robot.password']);
    expect(await problemOf(with_({ clientSecret: 'wrong' }))).toEqual([422, failed, 'robot.clientSecret']);
    expect(await problemOf({ ...settings(), url: `${campus.url}/workshops` })).toEqual([422, failed, 'url']);
    expect(await problemOf({ ...settings(), url: app.url })).toEqual([422, failed, 'url']);
    expect(await problemOf({ ...settings(), url: 'http://127.0.0.1:1' })).toEqual([422, failed, 'url']);
    expect(await problemOf({ ...settings(), url: 'http://169.254.169.254' })).toEqual([422, failed, 'url']);
    expect(await problemOf({ ...settings(), url: 'ftp://campus.example.org' })).toEqual([
      400,
      'request.invalid',
      'url',
    ]);
    expect(await problemOf({ ...settings(), certificateAuthority: 'x' })).toEqual([
      422,
      'educates.portal-settings-invalid',
      'certificateAuthority',
    ]);
    expect(await problemOf({ ...settings(), name: '../x' })).toEqual([400, 'request.invalid', 'name']);
    expect(await problemOf({ name: 'campus', url: campus.url })).toEqual([400, 'request.invalid', 'robot']);
    expect(await problemOf({ ...settings(), labels: { 'a b': 'x' } })).toEqual([400, 'request.invalid', 'labels']);
    expect(await namesSeenBy(app)).toEqual(['fixed']);
  });

  it('must be given to the robot, not to somebody else', async () => {
    const person = { username: 'ada', password: 'a long password' };
    const portal = await startTrainingPortal({ name: 'campus', workshops, users: [person] });
    const wrong = { ...settings(portal), robot: { ...portal.credentials, ...person } };
    expect(await problemOf(wrong)).toEqual([422, 'educates.portal-test-failed', 'robot.username']);
    await portal.stop();
  });

  it('can have a certificate authority of their own', async () => {
    const portal = await startTrainingPortal({ name: 'campus', workshops, tls: selfSignedCertificate });
    expect(await problemOf(settings(portal))).toEqual([422, 'educates.portal-test-failed', 'certificateAuthority']);
    expect((await add({ ...settings(portal), certificateAuthority: selfSignedCertificate.cert })).status).toBe(201);
    expect((await open()).status).toBe(201);
    await portal.stop();
  });

  it('are changed only to what works; what is left out stays, but credentials do not follow to another address', async () => {
    await add();
    await open();
    expect((await change({ robot: { password: 'wrong' } })).json.errors[0].field).toBe('robot.password');
    await campus.redeploy({ credentials: { password: 'another one' } });
    expect((await change({ robot: { password: 'another one' } })).status).toBe(200);
    expect((await app.call('POST', '/portals/campus/test', { asAdmin: true })).json.portalUid).toBe(campus.uid);

    const thief = await startTrainingPortal({ name: 'thief', workshops });
    const stolen = await change({ url: thief.url });
    expect([stolen.status, stolen.json.errors[0].field]).toEqual([422, 'robot.username']);
    expect(thief.requests).toEqual([]);
    expect((await change({ url: thief.url, robot: thief.credentials })).json.portal.url).toBe(thief.url);
    const { json } = await app.call('GET', '/catalog?portal=campus', { token: student.token });
    expect(json.workshops[0].offers[0].environment).toBe('thief-w01');
    await thief.stop();
  });

  it('are removed with their sessions and tokens, when that is said', async () => {
    await add();
    const { id } = (await open()).json;
    const refused = await remove();
    expect([refused.status, refused.json.code, refused.json.sessions]).toEqual([409, 'educates.portal-in-use', 1]);
    expect((await remove('?endSessions=true')).json).toEqual({ name: 'campus', endedSessions: 1 });

    expect(campus.sessions[0]?.state).toMatch(/^STOP/);
    const session = await app.call('GET', `/sessions/${id}`, { token: student.token });
    expect(session.json).toMatchObject({ state: 'ended', endReason: 'portal-removed' });
    const grants = campus.requests.filter(({ operation }) => operation === 'revoke');
    // One after the trial, one now: no token of ours is left.
    expect(grants).toHaveLength(2);
    expect(await query(app, `SELECT * FROM portal_tokens WHERE portal = 'campus'`)).toEqual([]);
    await waitFor(async () => !(await namesSeenBy(replica)).includes('campus'));
    expect((await app.request('GET', '/health')).json.checks['portal:campus']).toBeUndefined();
    expect((await remove()).status).toBe(404);
    expect((await add()).status).toBe(201);
  });

  it('are none of those of the environment', async () => {
    expect((await add({ ...settings(), name: 'fixed' })).json.code).toBe('educates.portal-exists');
    expect((await change({ labels: {} }, 'fixed')).json.code).toBe('educates.portal-read-only');
    const removal = await app.call('DELETE', '/portals/fixed', { asAdmin: true });
    expect(removal.json.code).toBe('educates.portal-read-only');
    expect((await app.call('POST', '/portals/fixed/test', { asAdmin: true })).status).toBe(200);
    expect((await change({}, 'nobody')).status).toBe(404);
  });

  it('are the business of admins alone', async () => {
    for (const [method, path] of [
      ['POST', '/portals'],
      ['PATCH', '/portals/fixed'],
      ['DELETE', '/portals/fixed'],
      ['POST', '/portals/fixed/test'],
    ] as const) {
      expect((await app.call(method, path, { token: student.token, body: {} })).status).toBe(403);
      expect((await app.call(method, path, { body: {} })).status).toBe(401);
    }
  });

  it('that one of two admins adds at the same time is there once', async () => {
    const statuses = (await Promise.all([add(), add()])).map(({ status }) => status);
    expect(statuses.toSorted((one, other) => one - other)).toEqual([201, 409]);
  });

  it('have one login and one refresh for all processes, and each uses what another has got', async () => {
    await add();
    await waitFor(async () => (await namesSeenBy(replica)).includes('campus'));
    const read = (server: TestApp) => server.request('GET', '/api/educates/workshops/campus', { asAdmin: true });
    const readAll = async () => (await Promise.all([app, replica].map(read))).map(({ status }) => status);
    const grantsOf = () =>
      campus.requests
        .filter(({ operation }) => operation === 'token')
        .map(({ body }) => new URLSearchParams(body).get('grant_type'));
    await readAll();
    // The first was for the trial.
    await waitFor(() => grantsOf().length >= 2);
    expect(grantsOf()).toEqual(['password', 'password']);

    campus.faults.latencyMs = { token: 100 };
    for (let time = 0; time < 2; time += 1) {
      campus.expireAccessTokens();
      expect(await readAll()).toEqual([200, 200]);
      const seen = campus.countOf('catalog-workshops');
      await waitFor(async () => {
        await readAll();
        return campus.countOf('catalog-workshops') > seen + 4;
      });
    }
    expect(grantsOf()).toEqual(['password', 'password', 'refresh_token', 'refresh_token']);
  });
});
