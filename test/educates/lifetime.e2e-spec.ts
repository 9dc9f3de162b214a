import { PortalRegistry } from '../../src/modules/educates/portals/portal-registry.js';
import { SessionReconciler } from '../../src/modules/educates/sessions/session-reconciler.js';
import { startTrainingPortal, type TrainingPortal } from '../support/training-portal/training-portal.js';
import { findPortalSession, signUp, startEducatesApp, type EducatesApp } from './educates-app.js';

describe('the life of a session', () => {
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
          capacity: 50,
          expiresSeconds: 600,
          overtimeSeconds: 600,
          deadlineSeconds: 3600,
        },
        { name: 'lab-vim', alias: 'vim', capacity: 50, expiresSeconds: 600 },
      ],
    });
    app = await startEducatesApp([portal], { FRONTEND_URL: 'https://learn.example.org/home?a=1&b="2"' });
  });
  afterAll(async () => {
    await app?.stop();
    await portal.stop();
  });
  beforeEach(async () => {
    ({ token, userId } = await signUp(app));
  });

  const check = () => app.app.get(SessionReconciler).reconcile(app.app.get(PortalRegistry).get('campus'));
  const open = async (workshop = 'git-basics'): Promise<string> =>
    (await app.call('POST', '/sessions', { token, body: { workshop } })).json.id;
  const enter = async (id: string) => {
    const launch = await app.call('GET', `/sessions/${id}/launch`, { token });
    return portal.activate(launch.headers.get('location') ?? '');
  };
  const running = async (workshop?: string): Promise<string> => {
    const id = await open(workshop);
    await enter(id);
    await check();
    return id;
  };
  const extend = (id: string, as = token) => app.call('POST', `/sessions/${id}/extend`, { token: as });
  const read = async (id: string) => (await app.call('GET', `/sessions/${id}`, { token })).json;

  describe('counts down', () => {
    it('to the end of the time to come, and to its own end once somebody is in', async () => {
      const id = await open();
      const pending = await read(id);
      expect(pending.remainingSeconds).toBeLessThanOrEqual(300);
      expect(pending.remainingSeconds).toBeGreaterThan(200);
      await enter(id);
      await check();
      const { state, remainingSeconds } = await read(id);
      expect([state, remainingSeconds > 500]).toEqual(['running', true]);
      await app.call('POST', `/sessions/${id}/terminate`, { token });
      expect((await read(id)).remainingSeconds).toBeNull();
    });
  });

  describe('is made longer', () => {
    it('by what the portal gives, and the session says until when', async () => {
      const id = await running();
      const before = await read(id);
      const { status, json } = await extend(id);
      expect([status, json.extended, json.extendable]).toEqual([200, true, false]);
      const { expiresAt } = await findPortalSession(app, portal, id);
      expect(json.session.expiresAt).toBe(expiresAt?.toISOString());
      expect(json.session.remainingSeconds).toBeGreaterThan(before.remainingSeconds + 500);
      expect((await read(id)).expiresAt).toBe(json.session.expiresAt);
    });

    it('not when the portal gives no more, which is no error: the answer says so', async () => {
      const id = await running('vim');
      const before = await read(id);
      const { status, json } = await extend(id);
      expect([status, json.extended, json.session.expiresAt]).toEqual([200, false, before.expiresAt]);
    });

    it('once, and said to be, when the answer is lost and the portal is asked again', async () => {
      const id = await running();
      const before = await read(id);
      portal.failNext({ kind: 'response-lost' }, { operation: 'extend' });
      const { json } = await extend(id);
      expect(json.extended).toBe(true);
      expect(Date.parse(json.session.expiresAt) - Date.parse(before.expiresAt)).toBe(600_000);
    });

    it('not before somebody is in, and not when it is over', async () => {
      const id = await open();
      const early = await extend(id);
      expect([early.status, early.json.code]).toEqual([409, 'educates.session-not-running']);
      await app.call('POST', `/sessions/${id}/terminate`, { token });
      const late = await extend(id);
      expect([late.status, late.json.code]).toEqual([410, 'educates.session-gone']);
    });

    it('finds that the portal has it no more', async () => {
      const id = await running();
      portal.faults.isWebhookLost = () => true;
      await portal.reap((await findPortalSession(app, portal, id)).name, 'Vanished');
      portal.faults.isWebhookLost = () => false;
      expect((await extend(id)).status).toBe(410);
      expect((await read(id)).state).toBe('ended');
    });

    it('not by strangers, and not when the portal has given the name to somebody else', async () => {
      const id = await running();
      const stranger = await signUp(app);
      const refused = await extend(id, stranger.token);
      expect([refused.status, refused.json.code]).toEqual([404, 'educates.session-not-found']);
      expect((await app.call('POST', `/sessions/${id}/extend`)).status).toBe(401);
      expect((await app.call('POST', `/sessions/x/extend`, { token })).status).toBe(400);
      expect((await app.call('POST', `/sessions/${id}/extend`, { asAdmin: true })).json.session.launchUrl).toBeNull();
    });
  });

  describe('has a timeline', () => {
    it('of our steps and the portal’s events, the newest first, for its owner and admins', async () => {
      const id = await running();
      const { name } = await findPortalSession(app, portal, id);
      portal.reportEvent(name, 'Workshop/Error', { error: 'setup-scripts-failed' });
      await portal.settleWebhooks();
      await extend(id);
      await app.call('POST', `/sessions/${id}/terminate`, { token });
      await portal.advanceTime(3);
      await portal.settleWebhooks();
      await check();
      const { json } = await app.call('GET', `/sessions/${id}/timeline`, { token });
      const steps = json.entries.filter(({ source }: { source: string }) => source === 'lyceum');
      const states = steps.map(({ what }: { what: string }) => what);
      // Running is told by a webhook and by the check, and once more when it is made longer.
      expect([...new Set(states)]).toEqual(['ended', 'stopping', 'running', 'pending', 'requested']);
      expect(states.filter((state: string) => state === 'running').length).toBeGreaterThan(1);
      expect(steps[1]).toMatchObject({ reason: 'terminated', portal: 'campus' });
      expect(json.entries).toContainEqual(
        expect.objectContaining({ source: 'portal', what: 'Workshop/Error', reason: 'setup-scripts-failed' }),
      );
      expect(json.isComplete).toBe(true);
      const first = await app.call('GET', `/sessions/${id}/timeline?limit=2`, { asAdmin: true });
      expect([first.json.entries.length, first.json.isComplete]).toEqual([2, false]);
    });

    it('that nobody else sees', async () => {
      const id = await open();
      const stranger = await signUp(app);
      expect((await app.call('GET', `/sessions/${id}/timeline`, stranger)).status).toBe(404);
      expect((await app.call('GET', `/sessions/${id}/timeline`)).status).toBe(401);
      for (const search of ['limit=0', 'limit=501', 'limit=x', 'other=1']) {
        expect((await app.call('GET', `/sessions/${id}/timeline?${search}`, { token })).status).toBe(400);
      }
    });
  });

  describe('is in the list of all', () => {
    it('for admins only, by person, workshop, portal and state, page by page', async () => {
      const [git, vim] = [await open(), await open('vim')];
      await app.call('POST', `/sessions/${vim}/terminate`, { token });
      const list = async (search: string) =>
        (await app.call('GET', `/sessions/all?${search}`, { asAdmin: true })).json.sessions.map(
          ({ id }: { id: string }) => id,
        );
      const mine = `userId=${userId}`;
      expect(await list(mine)).toEqual([vim, git]);
      expect(await list(`${mine}&workshop=vim`)).toEqual([vim]);
      expect(await list(`${mine}&state=pending`)).toEqual([git]);
      expect(await list(`${mine}&portal=campus&live=false`)).toEqual([]);
      expect(await list(`${mine}&portal=elsewhere`)).toEqual([]);
      expect(await list(`${mine}&limit=1&cursor=${vim}`)).toEqual([git]);
      const { json } = await app.call('GET', `/sessions/all?${mine}&limit=1`, { asAdmin: true });
      expect([json.nextCursor, json.sessions[0].userId, json.sessions[0].launchUrl]).toEqual([vim, userId, null]);
      expect((await app.call('GET', '/sessions/all', { token })).status).toBe(403);
      expect((await app.call('GET', '/sessions/all')).status).toBe(401);
      for (const search of ['state=x', 'userId=x', 'portal=A', 'cursor=1']) {
        expect((await app.call('GET', `/sessions/all?${search}`, { asAdmin: true })).status).toBe(400);
      }
    });
  });

  describe('ends on a page', () => {
    it('to which the portal sends the browser, and which says why and leads back', async () => {
      const id = await open();
      const { cookie } = await enter(id);
      const { name, indexUrl } = await findPortalSession(app, portal, id);
      expect(indexUrl).toBe(`${app.url}/api/educates/return`);
      const ended = await fetch(`${portal.url}/workshops/session/${name}/delete/`, {
        headers: { cookie: cookie ?? '' },
        redirect: 'manual',
      });
      const target = ended.headers.get('location')?.replace(app.url, '') ?? '';
      expect(target).toContain('notification=session-deleted');
      const page = await app.request('GET', target);
      expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      expect(page.text).toContain('Your workshop has ended');
      expect(page.text).toContain('href="https://learn.example.org/home?a=1&amp;b=&quot;2&quot;"');
      expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors \*/);
    });

    it('that shows nothing of what a stranger writes into its address', async () => {
      for (const search of [
        'notification=<script>alert(1)</script>',
        'notification=a&notification=b',
        'notification=__proto__',
        'to=https://evil.example',
      ]) {
        const page = await app.request('GET', `/api/educates/return?${search}`);
        expect(page.status).toBe(200);
        expect(page.text).not.toMatch(/alert|evil/);
      }
    });
  });
});
