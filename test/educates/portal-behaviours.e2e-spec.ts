import { PortalRegistry } from '../../src/modules/educates/portals/portal-registry.js';
import { SessionReconciler } from '../../src/modules/educates/sessions/session-reconciler.js';
import { startTrainingPortal, type TrainingPortal } from '../support/training-portal/training-portal.js';
import { findPortalSession, query, signUp, startEducatesApp, type EducatesApp } from './educates-app.js';

// The others of these behaviours are met in the specs of what has to cope with them; the module's README says where.
describe('behaviours of training portals that sessions cope with', () => {
  let portal: TrainingPortal;
  let app: EducatesApp;
  let token: string;
  beforeAll(async () => {
    portal = await startTrainingPortal({
      name: 'campus',
      workshops: [
        { name: 'lab-git', alias: 'git-basics', capacity: 50 },
        { name: 'lab-one', alias: 'one', capacity: 1 },
        { name: 'lab-slow', alias: 'slow', capacity: 5, startupSeconds: 600 },
      ],
    });
    app = await startEducatesApp([portal], { EDUCATES_CATALOG_FRESHNESS: '1' });
  });
  afterAll(async () => {
    await app?.stop();
    await portal.stop();
  });
  beforeEach(async () => {
    ({ token } = await signUp(app));
  });

  const open = (workshop = 'git-basics', body: object = {}) =>
    app.call('POST', '/sessions', { token, body: { workshop, ...body } });
  const launch = (id: string) => app.call('GET', `/sessions/${id}/launch`, { token });
  const check = () => app.app.get(SessionReconciler).reconcile(app.app.get(PortalRegistry).get('campus'));
  const passTime = (id: string) => query(app, `UPDATE workshop_sessions SET activate_by = now() WHERE id = $1`, [id]);

  it('a second request begins the time to come anew, also between its end and the purge 15 s later', async () => {
    const { json } = await open('git-basics', { timeout: 60 });
    const before = await findPortalSession(app, portal, json.id);
    const [name, endedAt] = [before.name, Number(before.expiresAt)];
    await passTime(json.id);
    expect((await launch(json.id)).status).toBe(302);
    const after = await findPortalSession(app, portal, json.id);
    expect([after.name, Number(after.expiresAt) > endedAt]).toEqual([name, true]);
    expect((await app.call('GET', `/sessions/${json.id}`, { token })).json).toMatchObject({ state: 'pending' });
  });

  it('a session that nobody came to is purged, and the launch link makes another one', async () => {
    const { json } = await open('git-basics', { timeout: 60 });
    const { name } = await findPortalSession(app, portal, json.id);
    portal.faults.isWebhookLost = () => true;
    await portal.advanceTime(80);
    portal.faults.isWebhookLost = () => false;
    await passTime(json.id);
    const late = await launch(json.id);
    expect((await portal.activate(late.headers.get('location') ?? '')).status).toBe(302);
    const after = await findPortalSession(app, portal, json.id);
    expect([after.name === name, after.state]).toEqual([false, 'RUNNING']);
  });

  it('activation begins the life of a session anew, and that is when ours ends', async () => {
    const { json } = await open();
    await portal.activate((await launch(json.id)).headers.get('location') ?? '');
    await check();
    const { startedAt, expiresAt } = await findPortalSession(app, portal, json.id);
    expect(Number(expiresAt) - Number(startedAt)).toBe(3_600_000);
    expect((await app.call('GET', `/sessions/${json.id}`, { token })).json.expiresAt).toBe(expiresAt?.toISOString());
  });

  it('a session that is being ended still takes its place', async () => {
    const { json } = await open('one');
    await app.call('POST', `/sessions/${json.id}/terminate`, { token });
    const other = await signUp(app);
    const ask = () => app.call('POST', '/sessions', { token: other.token, body: { workshop: 'one' } });
    expect((await ask()).json.code).toBe('educates.no-capacity');
    await portal.advanceTime(3);
    expect((await ask()).status).toBe(201);
  });

  it('a session that Kubernetes refused to make at first is the learner’s when it is asked for again', async () => {
    portal.failNext({ kind: 'kubernetes-error' }, { operation: 'request' });
    const { status, json } = await open();
    expect(status).toBe(201);
    const { owner } = await findPortalSession(app, portal, json.id);
    expect(portal.sessions.filter((session) => session.owner === owner)).toHaveLength(1);
  });

  it('environments that are only starting break nothing of ours', async () => {
    expect(portal.environments.find(({ workshop }) => workshop.name === 'lab-slow')?.state).toBe('STARTING');
    await expect(check()).resolves.toBeUndefined();
    expect((await open('slow')).status).toBe(404);
    expect((await open()).status).toBe(201);
  });

  it('the portal can be asked for the sessions of everybody whom we name', async () => {
    const { json } = await open();
    const { owner } = await findPortalSession(app, portal, json.id);
    const authorization = portal.requests.findLast(({ operation }) => operation === 'request')?.authorization ?? '';
    const answer = await fetch(`${portal.url}/workshops/user/${owner}/sessions/`, { headers: { authorization } });
    const { sessions } = (await answer.json()) as { sessions: unknown[] };
    expect([answer.status, sessions.length]).toEqual([200, 1]);
  });
});
