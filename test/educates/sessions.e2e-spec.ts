import { waitFor } from '../support/wait-for.js';
import { startTrainingPortal, type TrainingPortal } from '../support/training-portal/training-portal.js';
import { findPortalSession, follow, query, signUp, startEducatesApp, type EducatesApp } from './educates-app.js';

describe('workshop sessions', () => {
  let portal: TrainingPortal;
  let app: EducatesApp;
  let token: string;
  let userId: string;
  beforeAll(async () => {
    portal = await startTrainingPortal({
      name: 'campus',
      workshops: [
        {
          name: 'lab-git',
          alias: 'git-basics',
          title: 'Git from the first commit',
          capacity: 50,
          parameters: { REPOSITORY: 'none' },
        },
        { name: 'lab-vim', alias: 'vim', capacity: 50 },
      ],
    });
    app = await startEducatesApp([portal]);
  });
  afterAll(async () => {
    await app?.stop();
    await portal.stop();
  });
  beforeEach(async () => {
    ({ token, userId } = await signUp(app));
  });

  const open = (body: object = {}, as = token) =>
    app.call('POST', '/sessions', { token: as, body: { workshop: 'git-basics', ...body } });

  const portalSessionOf = (id: string) => findPortalSession(app, portal, id);

  describe('opening', () => {
    it('gives a session that waits for the learner, and a link that leads into it', async () => {
      const response = await open();
      expect(response.status).toBe(201);
      expect(response.json).toEqual({
        id: expect.stringMatching(/^[\da-f-]{36}$/),
        state: 'pending',
        workshop: 'git-basics',
        title: 'Git from the first commit',
        portal: 'campus',
        waiting: null,
        remainingSeconds: expect.any(Number),
        launchUrl: expect.stringContaining(`${app.url}/api/educates/sessions/${response.json.id}/launch`),
        activateBy: expect.any(String),
        startedAt: null,
        expiresAt: null,
        endedAt: null,
        endReason: null,
        progress: null,
        createdAt: expect.any(String),
      });
      const launch = await follow(app, response.json.launchUrl);
      expect(launch.status).toBe(302);
      expect((await portal.activate(launch.headers.get('location') ?? '')).status).toBe(302);
      expect(await portalSessionOf(response.json.id)).toMatchObject({ state: 'RUNNING' });
    });

    it('tells the portal a pseudonym, five minutes, where to return to and where to report', async () => {
      const { json } = await open({
        indexUrl: 'https://learn.example.org/back?course=1',
        parameters: { REPOSITORY: 'mine', UNKNOWN: 'x' },
      });
      const { owner, startedAt, expiresAt, indexUrl, analyticsUrl, parameters } = await portalSessionOf(json.id);
      expect(owner).toMatch(/^u-[\da-f]{40}$/);
      expect(owner).not.toContain(userId.slice(0, 8));
      expect(Number(expiresAt) - Number(startedAt)).toBe(300_000);
      expect(indexUrl).toBe('https://learn.example.org/back?course=1');
      expect(analyticsUrl).toMatch(new RegExp(`^${app.url}/api/educates/webhooks/analytics/[\\w-]{64}$`));
      expect(parameters).toEqual({ REPOSITORY: 'mine' });
    });

    it('is the same user to the portal in every workshop', async () => {
      const [git, vim] = [await open(), await open({ workshop: 'vim' })];
      expect((await portalSessionOf(git.json.id)).owner).toBe((await portalSessionOf(vim.json.id)).owner);
    });

    it('lets the session wait for as long as was asked', async () => {
      const { json } = await open({ timeout: 900 });
      const { startedAt, expiresAt } = await portalSessionOf(json.id);
      expect(Number(expiresAt) - Number(startedAt)).toBe(900_000);
    });

    it('gives the same session again, also on another portal than was asked for, and asks the portal once', async () => {
      const first = await open();
      const requests = portal.countOf('request');
      const again = await open({ portal: 'campus' });
      expect([again.status, again.json.id]).toEqual([200, first.json.id]);
      expect(portal.countOf('request')).toBe(requests);
    });

    it('opens one session, however often it is asked for at once', async () => {
      const responses = await Promise.all(Array.from({ length: 8 }, () => open()));
      expect(new Set(responses.map(({ json }) => json.id)).size).toBe(1);
      expect(responses.filter(({ status }) => status === 201)).toHaveLength(1);
      const { owner } = await portalSessionOf(responses[0]?.json.id);
      expect(portal.sessions.filter((session) => session.owner === owner)).toHaveLength(1);
    });

    it.each([
      [{ workshop: 'unknown' }, 404, 'educates.workshop-not-found'],
      [{ portal: 'unknown' }, 404, 'educates.portal-not-found'],
      [{ workshop: '../oauth2' }, 400, 'request.invalid'],
      [{ workshop: undefined }, 400, 'request.invalid'],
      [{ portal: 'a/b' }, 400, 'request.invalid'],
      [{ timeout: 0 }, 400, 'request.invalid'],
      [{ timeout: 1e9 }, 400, 'request.invalid'],
      [{ timeout: '300' }, 400, 'request.invalid'],
      [{ indexUrl: 'javascript:alert(1)' }, 400, 'request.invalid'],
      [{ indexUrl: '/back' }, 400, 'request.invalid'],
      [{ indexUrl: 'https://user:password@example.org' }, 400, 'request.invalid'],
      [{ user: 'somebody-else' }, 400, 'request.invalid'],
      [{ parameters: 'x' }, 400, 'request.invalid'],
      [{ parameters: ['x'] }, 400, 'request.invalid'],
      [{ parameters: { REPOSITORY: 1 } }, 422, 'educates.bad-parameters'],
      [{ parameters: { 'a\0b': 'x' } }, 422, 'educates.bad-parameters'],
    ])('refuses %j with %i %s, and asks no portal for it', async (body, status, code) => {
      const requests = portal.countOf('request');
      const response = await open(body);
      expect([response.status, response.json.code]).toEqual([status, code]);
      expect(portal.countOf('request')).toBe(requests);
    });

    it('is for people with an account of their own', async () => {
      expect((await app.call('POST', '/sessions', { body: { workshop: 'git-basics' } })).status).toBe(401);
      const bySecret = await app.call('POST', '/sessions', { asAdmin: true, body: { workshop: 'git-basics' } });
      expect([bySecret.status, bySecret.json.code]).toEqual([403, 'access.account-required']);
    });
  });

  describe('one’s own sessions', () => {
    it('are listed, the newest first, page by page', async () => {
      const [git, vim] = [await open(), await open({ workshop: 'vim' })];
      const all = await app.call('GET', '/sessions', { token });
      expect(all.json.sessions.map(({ id }: { id: string }) => id)).toEqual([vim.json.id, git.json.id]);
      expect(all.json.nextCursor).toBeNull();
      const first = await app.call('GET', '/sessions?limit=1', { token });
      const second = await app.call('GET', `/sessions?limit=1&cursor=${first.json.nextCursor}`, { token });
      expect([first, second].map(({ json }) => json.sessions[0].id)).toEqual([vim.json.id, git.json.id]);
      expect(second.json.nextCursor).toBeNull();
    });

    it('are listed by whether they have ended', async () => {
      const { json } = await open();
      await query(app, `UPDATE workshop_sessions SET state = 'ended' WHERE id = $1`, [json.id]);
      expect((await app.call('GET', '/sessions?live=true', { token })).json.sessions).toEqual([]);
      expect((await app.call('GET', '/sessions?live=false', { token })).json.sessions).toHaveLength(1);
    });

    it.each(['limit=0', 'limit=101', 'limit=x', 'cursor=x', 'live=maybe', 'userId=1'])(
      'refuses ?%s',
      async (search) => {
        expect((await app.call('GET', `/sessions?${search}`, { token })).status).toBe(400);
      },
    );

    it('are nobody else’s to see, launch or end; an admin may see and end, but not become the learner', async () => {
      const { json } = await open();
      const stranger = await signUp(app);
      expect((await app.call('GET', '/sessions', stranger)).json.sessions).toEqual([]);
      for (const [method, path] of [
        ['GET', ''],
        ['GET', '/launch'],
        ['POST', '/terminate'],
      ] as const) {
        const response = await app.call(method, `/sessions/${json.id}${path}`, stranger);
        expect([response.status, response.json.code]).toEqual([404, 'educates.session-not-found']);
        expect((await app.call(method, `/sessions/x${path}`, stranger)).status).toBe(400);
        expect((await app.call(method, `/sessions/${json.id}${path}`)).status).toBe(401);
      }
      expect((await portalSessionOf(json.id)).state).toBe('WAITING');
      const seen = await app.call('GET', `/sessions/${json.id}`, { asAdmin: true });
      expect([seen.status, seen.json.launchUrl]).toEqual([200, null]);
      expect((await app.call('GET', `/sessions/${json.id}/launch`, { asAdmin: true })).status).toBe(404);
      expect((await app.call('POST', `/sessions/${json.id}/terminate`, { asAdmin: true })).json.state).toBe('stopping');
    });
  });

  describe('ending', () => {
    it('ends the session on the portal, and can be done again', async () => {
      const { json } = await open();
      const ended = await app.call('POST', `/sessions/${json.id}/terminate`, { token });
      expect([ended.status, ended.json.state, ended.json.endReason, ended.json.launchUrl]).toEqual([
        200,
        'stopping',
        'terminated',
        null,
      ]);
      expect((await portalSessionOf(json.id)).state).toBe('STOPPING');
      await portal.advanceTime(3);
      await waitFor(async () => (await app.call('GET', `/sessions/${json.id}`, { token })).json.state === 'ended');
      const again = await app.call('POST', `/sessions/${json.id}/terminate`, { token });
      expect([again.status, again.json.state, again.json.endReason]).toEqual([200, 'ended', 'terminated']);
    });

    it('makes room for another session of the workshop at once', async () => {
      const first = await open();
      await app.call('POST', `/sessions/${first.json.id}/terminate`, { token });
      const second = await open();
      expect([second.status, second.json.state]).toEqual([201, 'pending']);
      expect(second.json.id).not.toBe(first.json.id);
    });

    it('succeeds also while the portal does not answer', async () => {
      const { json } = await open();
      portal.failNext({ kind: 'connection-reset' }, { operation: 'terminate', times: 4 });
      const ended = await app.call('POST', `/sessions/${json.id}/terminate`, { token });
      expect([ended.status, ended.json.state]).toEqual([200, 'stopping']);
    });

    it('finds that the portal has the session no more', async () => {
      const { json } = await open();
      portal.faults.isWebhookLost = () => true;
      await portal.reap((await portalSessionOf(json.id)).name, 'Vanished');
      portal.faults.isWebhookLost = () => false;
      const ended = await app.call('POST', `/sessions/${json.id}/terminate`, { token });
      expect([ended.json.state, ended.json.endReason]).toEqual(['ended', 'terminated']);
    });
  });

  it('never shows an activation URL in a body', async () => {
    const { json } = await open();
    const session = await portalSessionOf(json.id);
    const bodies = await Promise.all([
      app.call('GET', '/sessions', { token }),
      app.call('GET', `/sessions/${json.id}`, { token }),
      app.call('GET', `/sessions/${json.id}`, { asAdmin: true }),
      app.call('GET', '/catalog', { token }),
      app.call('GET', '/portals', { token }),
      app.call('GET', '/workshops/campus', { token }),
      app.call('GET', `/sessions/${json.id}/launch`, { token }),
      app.call('POST', `/sessions/${json.id}/terminate`, { token }),
      app.request('GET', '/health'),
    ]);
    for (const { text } of [{ text: JSON.stringify(json) }, ...bodies]) {
      expect(text).not.toContain(session.token);
      expect(text).not.toContain('/activate/');
    }
    const stored = await query<{ text: string }>(
      app,
      `SELECT to_jsonb(workshop_sessions)::text AS text FROM workshop_sessions`,
    );
    expect(stored.map(({ text }) => text).join()).not.toContain(session.token);
  });
});
