import { PortalRegistry } from '../../src/modules/educates/portals/portal-registry.js';
import { SessionReconciler } from '../../src/modules/educates/sessions/session-reconciler.js';
import { waitFor } from '../support/wait-for.js';
import { startTrainingPortal, type TrainingPortal } from '../support/training-portal/training-portal.js';
import { query, signUp, startEducatesApp, type EducatesApp } from './educates-app.js';

describe("the check of a portal's sessions", () => {
  let portal: TrainingPortal;
  let app: EducatesApp;
  let token: string;
  let userId: string;
  async function start(catalogVisibility: 'private' | 'public' = 'private'): Promise<void> {
    portal = await startTrainingPortal({
      name: 'campus',
      workshops: [
        { name: 'lab-git', alias: 'git-basics', capacity: 9 },
        { name: 'lab-vim', alias: 'vim', capacity: 9, expiresSeconds: 600 },
      ],
      catalogVisibility,
      faults: { isWebhookLost: () => true },
    });
    app = await startEducatesApp([portal]);
    ({ token, userId } = await signUp(app));
  }
  afterEach(async () => {
    await app?.stop();
    await portal.stop();
  });

  const check = () => app.app.get(SessionReconciler).reconcile(app.app.get(PortalRegistry).get('campus'));
  const open = (body: object = {}) =>
    app.call('POST', '/sessions', { token, body: { workshop: 'git-basics', ...body } });
  const read = async (id: string) => (await app.call('GET', `/sessions/${id}`, { token })).json;
  const enter = async (id: string) => {
    const launch = await app.call('GET', `/sessions/${id}/launch`, { token });
    return portal.activate(launch.headers.get('location') ?? '');
  };
  const typesOf = async () =>
    (
      await query<{ type: string }>(
        app,
        `SELECT type FROM events WHERE subject = $1 AND type LIKE 'workshop.%' ORDER BY id`,
        [userId],
      )
    ).map(({ type }) => type);
  const living = () =>
    portal.sessions.filter(({ state, owner }) => owner !== null && state !== 'STOPPED' && state !== 'STOPPING');
  const age = (seconds: number) =>
    query(app, `UPDATE workshop_sessions SET requested_at = requested_at - make_interval(secs => $1)`, [seconds]);

  it('finds what no webhook told: that the learner came, for how long the session lives, and that it ended', async () => {
    await start();
    const { json } = await open();
    await enter(json.id);
    expect((await read(json.id)).state).toBe('pending');
    await check();
    expect(await read(json.id)).toMatchObject({
      state: 'running',
      startedAt: expect.any(String),
      expiresAt: expect.any(String),
    });
    const catalogCalls = portal.countOf('catalog-environments');
    await check();
    expect(portal.countOf('catalog-environments') - catalogCalls).toBe(1);

    await portal.reap(living()[0]?.name ?? '', 'Vanished');
    await check();
    expect(await read(json.id)).toMatchObject({ state: 'ended', endReason: 'gone' });
    expect(await typesOf()).toEqual(['workshop.session.started', 'workshop.session.finished']);
    await check();
    expect(await typesOf()).toHaveLength(2);
  });

  it('finds sessions that nobody came to, and those whose time was over', async () => {
    await start();
    const [git, vim] = [await open(), await open({ workshop: 'vim' })];
    await enter(vim.json.id);
    await check();
    await portal.advanceTime(700);
    await query(
      app,
      `UPDATE workshop_sessions SET activate_by = activate_by - interval '700 s', expires_at = expires_at - interval '700 s'`,
    );
    await check();
    expect(await read(git.json.id)).toMatchObject({ state: 'ended', endReason: 'not-activated' });
    expect(await read(vim.json.id)).toMatchObject({ state: 'ended', endReason: 'expired' });
    expect((await typesOf()).filter((type) => type === 'workshop.session.expired')).toHaveLength(2);
  });

  it('takes on a session whose answer never arrived, and the learner can enter it', async () => {
    await start();
    portal.failNext({ kind: 'response-lost' }, { operation: 'request', times: 4 });
    expect((await open()).status).toBe(503);
    // As a process leaves it that dies before it can write down that it gave up.
    await query(app, `UPDATE workshop_sessions SET state = 'requested', end_reason = NULL, ended_at = NULL`);
    await check();
    const [session] = (await app.call('GET', '/sessions', { token })).json.sessions;
    expect(session.state).toBe('pending');
    expect((await enter(session.id)).status).toBe(302);
    expect(living()).toHaveLength(1);
  });

  it('ends on the portal what a request has left there that was given up', async () => {
    await start();
    portal.failNext({ kind: 'response-lost' }, { operation: 'request', times: 4 });
    expect((await open()).status).toBe(503);
    expect(living()).toHaveLength(1);
    await check();
    expect(living()).toEqual([]);
  });

  it('leaves the sessions of others alone', async () => {
    await start();
    await portal.startWebSession('campus-w01', 'somebody');
    await check();
    expect(living()).toHaveLength(1);
  });

  it('gives a request up that no portal ever got, but not before its answer is overdue', async () => {
    await start();
    portal.failNext({ kind: 'connection-reset' }, { operation: 'request', times: 4 });
    await open();
    await query(app, `UPDATE workshop_sessions SET state = 'requested', end_reason = NULL, ended_at = NULL`);
    await check();
    expect((await app.call('GET', '/sessions', { token })).json.sessions[0].state).toBe('requested');
    await age(121);
    await check();
    expect((await app.call('GET', '/sessions', { token })).json.sessions[0]).toMatchObject({
      state: 'failed',
      endReason: 'unanswered',
    });
  });

  it('lets a learner go on at once with a request whose answer is overdue', async () => {
    await start();
    portal.failNext({ kind: 'response-lost' }, { operation: 'request', times: 4 });
    await open();
    await query(app, `UPDATE workshop_sessions SET state = 'requested', end_reason = NULL, ended_at = NULL`);
    const [{ id }] = (await app.call('GET', '/sessions', { token })).json.sessions;
    expect((await open()).json).toMatchObject({ id, state: 'requested' });
    await age(121);
    expect((await open()).json).toMatchObject({ id, state: 'pending' });
    expect(living()).toHaveLength(1);
  });

  it('ends what was to end while the portal could not be asked', async () => {
    await start();
    const { json } = await open();
    portal.faults.isDown = true;
    await app.call('POST', `/sessions/${json.id}/terminate`, { token });
    expect(living()).toHaveLength(1);
    portal.faults.isDown = false;
    await waitFor(
      async () => {
        await check();
        return living().length === 0;
      },
      { timeoutMs: 20_000 },
    );
    await portal.advanceTime(3);
    await check();
    expect(await read(json.id)).toMatchObject({ state: 'ended', endReason: 'terminated' });
  });

  it('ends the sessions of a portal that was installed anew, and does not take new ones of the same name for them', async () => {
    await start();
    const { json } = await open();
    await portal.redeploy();
    await portal.startWebSession('campus-w01', 'somebody');
    await check();
    expect(await read(json.id)).toMatchObject({ state: 'ended', endReason: 'portal-redeployed' });
    expect(living()).toHaveLength(1);
  });

  it('is not needed to keep somebody from ending the session of another that got the same name on a portal installed anew', async () => {
    await start();
    const { json } = await open();
    await portal.redeploy();
    const other = await signUp(app);
    await app.call('POST', '/sessions', { token: other.token, body: { workshop: 'git-basics' } });
    expect(living()).toHaveLength(1);
    const ended = await app.call('POST', `/sessions/${json.id}/terminate`, { token });
    expect([ended.status, ended.json.state]).toEqual([200, 'ended']);
    expect(living()).toHaveLength(1);
  });

  it('leaves a session alone that was to end and is wanted again', async () => {
    await start();
    const first = await open();
    portal.failNext({ kind: 'connection-reset' }, { operation: 'authorize', times: 4 });
    await app.call('POST', `/sessions/${first.json.id}/terminate`, { token });
    const second = await open();
    expect([second.status, second.json.state]).toEqual([201, 'pending']);
    await check();
    expect(await read(first.json.id)).toMatchObject({ state: 'ended', endReason: 'terminated' });
    expect((await read(second.json.id)).state).toBe('pending');
    expect(living()).toHaveLength(1);
  });

  it('concludes nothing from a portal that fails, is down or leaves the sessions out', async () => {
    await start('public');
    const { json } = await open();
    for (const fault of [
      { kind: 'reply', status: 500 },
      { kind: 'reply', status: 200, body: '{}' },
    ] as const) {
      portal.failNext(fault, { operation: 'catalog-environments', times: 4 });
      await expect(check()).rejects.toThrow();
    }
    portal.faults.isDown = true;
    await expect(check()).rejects.toThrow();
    portal.faults.isDown = false;
    portal.expireAccessTokens();
    await waitFor(() => check().then(() => true), { timeoutMs: 20_000 });
    expect((await read(json.id)).state).toBe('pending');
    expect(living()).toHaveLength(1);
  });

  it('is made once in an interval, by whichever process comes first', async () => {
    await start();
    const checks = app.app.get(SessionReconciler);
    await checks.checkDuePortals();
    expect(portal.countOf('catalog-environments')).toBe(0);
    await query(app, `UPDATE training_portals SET checked_at = now() - interval '1 hour'`);
    await Promise.all([checks.checkDuePortals(), checks.checkDuePortals()]);
    await checks.checkDuePortals();
    expect(portal.countOf('catalog-environments')).toBe(1);
  });
});
