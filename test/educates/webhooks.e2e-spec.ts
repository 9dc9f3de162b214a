import { PortalRegistry } from '../../src/modules/educates/portals/portal-registry.js';
import { SessionReconciler } from '../../src/modules/educates/sessions/session-reconciler.js';
import { startTrainingPortal, type TrainingPortal } from '../support/training-portal/training-portal.js';
import { query, signUp, startEducatesApp, type EducatesApp } from './educates-app.js';

interface Published {
  type: string;
  subject: string;
  data: Record<string, unknown>;
}

describe("portals' reports of sessions", () => {
  let portal: TrainingPortal;
  let app: EducatesApp;
  let token: string;
  let userId: string;
  beforeAll(async () => {
    portal = await startTrainingPortal({
      name: 'campus',
      workshops: [
        { name: 'lab-git', alias: 'git-basics', capacity: 50 },
        { name: 'lab-reserve', alias: 'reserve', capacity: 50, reserved: 2 },
      ],
      faults: { webhookTiming: 'before-response' },
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

  async function openSession(workshop = 'git-basics'): Promise<{ id: string; name: string; url: string }> {
    const { json } = await app.call('POST', '/sessions', { token, body: { workshop } });
    const [row] = await query<{ name: string }>(
      app,
      'SELECT session_name AS name FROM workshop_sessions WHERE id = $1',
      [json.id],
    );
    const name = row?.name ?? '';
    return { id: json.id, name, url: portal.sessions.find((session) => session.name === name)?.analyticsUrl ?? '' };
  }
  const check = () => app.app.get(SessionReconciler).reconcile(app.app.get(PortalRegistry).get('campus'));
  const read = async (id: string) => (await app.call('GET', `/sessions/${id}`, { token })).json;
  const published = () =>
    query<Published>(
      app,
      `SELECT type, subject, data FROM events WHERE subject = $1 AND type LIKE 'workshop.%' ORDER BY id`,
      [userId],
    );
  const post = (url: string, body: unknown) => app.request('POST', url.replace(app.url, ''), { body });
  const enter = async (id: string) => {
    const launch = await app.call('GET', `/sessions/${id}/launch`, { token });
    return portal.activate(launch.headers.get('location') ?? '');
  };
  const event = (name: string, session: string, data: object = {}, timestamp = new Date().toISOString()) => ({
    portal: { name: 'campus', uid: portal.uid, generation: 1, url: portal.url },
    event: { name, timestamp, user: null, session, environment: 'campus-w01', workshop: 'lab-git', data },
  });

  it('may come before the answer to the request, and of a session that is only made they conclude nothing', async () => {
    for (const workshop of ['git-basics', 'reserve']) {
      const { id, name } = await openSession(workshop);
      const sent = portal.webhooks.filter(({ message }) => message.event.session === name);
      expect(sent.map(({ outcome }) => outcome)).toEqual(sent.map(() => 204));
      expect((await read(id)).state).toBe('pending');
    }
    const names = await query<{ name: string }>(app, `SELECT DISTINCT name FROM workshop_session_events ORDER BY 1`);
    expect(names.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['Session/Created', 'Session/Pending', 'Session/Started']),
    );
    expect(await published()).toEqual([]);
  });

  it('tell that the learner came, how far they went and that they finished', async () => {
    const { id, name } = await openSession();
    await enter(id);
    expect(await read(id)).toMatchObject({
      state: 'running',
      startedAt: expect.any(String),
      activateBy: null,
      progress: null,
    });

    const pages = (page: number) => ({ current_page: `page-${page}`, page_number: page, pages_total: 3 });
    for (const page of [1, 2]) {
      portal.reportEvent(name, 'Workshop/View', pages(page));
      await portal.settleWebhooks();
    }
    expect((await read(id)).progress).toEqual({ page: 'page-2', pageNumber: 2, pagesTotal: 3, isFinished: false });
    portal.reportEvent(name, 'Workshop/Finish', pages(3));
    await portal.settleWebhooks();
    expect((await read(id)).progress).toMatchObject({ pageNumber: 3, isFinished: true });

    const events = await published();
    const about = { sessionId: id, userId, workshop: 'git-basics', portal: 'campus' };
    expect(events.map(({ type }) => type)).toEqual([
      'workshop.session.started',
      ...Array.from({ length: 3 }, () => 'workshop.progress'),
    ]);
    expect(events[0]?.data).toMatchObject({ ...about, startedAt: expect.any(String) });
    expect(events.at(-1)?.data).toMatchObject({ ...about, pageNumber: 3, isFinished: true });
  });

  const end = {
    onPages: async (name: string, cookie: string | null) => {
      await fetch(`${portal.url}/workshops/session/${name}/delete/`, {
        headers: { cookie: cookie ?? '' },
        redirect: 'manual',
      });
      await portal.advanceTime(3);
    },
    byIdleness: (name: string) => portal.reap(name, 'Orphaned'),
    byAccident: (name: string) => portal.reap(name, 'Vanished'),
  };

  it.each([
    ['the learner ends it on the portal', end.onPages, 'finished', 'deleted'],
    ['nobody is there any more', end.byIdleness, 'expired', 'idle'],
    ['it is lost with its cluster', end.byAccident, 'finished', 'vanished'],
  ] as const)('tell the end, and why, in whatever order they come, when %s', async (_, finish, outcome, reason) => {
    const session = await openSession();
    const { cookie } = await enter(session.id);
    await finish(session.name, cookie);
    await portal.settleWebhooks();
    expect(await read(session.id)).toMatchObject({ endReason: reason, launchUrl: null });
    await check();
    expect(await read(session.id)).toMatchObject({ state: 'ended', endReason: reason, endedAt: expect.any(String) });
    const events = await published();
    expect(events.map(({ type }) => type)).toEqual(['workshop.session.started', `workshop.session.${outcome}`]);
    expect(events[1]).toMatchObject({
      subject: userId,
      data: { sessionId: session.id, reason, startedAt: expect.any(String) },
    });
    expect((await app.call('POST', '/sessions', { token, body: { workshop: 'git-basics' } })).status).toBe(201);
  });

  it('tell of a session that nobody came to', async () => {
    const { id, name, url } = await openSession();
    await post(url, event('Session/Expired', name));
    await post(url, event('Session/Deleted', name));
    expect(await read(id)).toMatchObject({ state: 'ended', endReason: 'not-activated', startedAt: null });
    expect(await published()).toMatchObject([
      { type: 'workshop.session.expired', data: { reason: 'not-activated', startedAt: null } },
    ]);
  });

  it('count once, however often and in whatever order they come', async () => {
    const { id, name, url } = await openSession();
    await enter(id);
    const later = new Date(Date.now() + 1000).toISOString();
    const messages = [
      event('Session/Deleted', name, {}, later),
      event('Session/Stopping', name, {}, later),
      event('Workshop/View', name, { page_number: 1 }, '2026-11-20T12:00:00.000001+00:00'),
      event('Session/Started', name, {}, later),
    ];
    const all = [...messages, ...messages, ...messages].toReversed();
    const answers = await Promise.all(all.map((message) => post(url, message)));
    expect(answers.map(({ status }) => status)).toEqual(all.map(() => 204));
    const kept = await query<{ count: number }>(
      app,
      `SELECT count(*)::int AS count FROM workshop_session_events WHERE session_id = $1 AND occurred_at IN ($2, '2026-11-20T12:00:00.000001+00:00')`,
      [id, later],
    );
    expect(kept).toEqual([{ count: 4 }]);
    await portal.reap(name, 'Vanished');
    await portal.settleWebhooks();
    await check();
    expect(await read(id)).toMatchObject({ state: 'ended', endReason: 'deleted' });
    const types = (await published()).map(({ type }) => type);
    expect(types.filter((type) => type === 'workshop.session.started')).toHaveLength(1);
    expect(types.filter((type) => type === 'workshop.session.finished')).toHaveLength(1);
    expect(types.filter((type) => type === 'workshop.progress')).toHaveLength(1);
  });

  it('keep two events apart that differ by a microsecond', async () => {
    const { id, name, url } = await openSession();
    for (const timestamp of ['2026-11-20T12:00:00.000001+00:00', '2026-11-20T12:00:00.000002+00:00']) {
      await post(url, event('Action/Event', name, {}, timestamp));
    }
    const kept = await query(
      app,
      `SELECT 1 FROM workshop_session_events WHERE session_id = $1 AND name = 'Action/Event'`,
      [id],
    );
    expect(kept).toHaveLength(2);
  });

  it('are kept but conclude nothing when they are of another session of the portal', async () => {
    const { id, url } = await openSession();
    expect((await post(url, event('Session/Deleted', 'campus-w01-s999'))).status).toBe(204);
    expect((await read(id)).state).toBe('pending');
  });

  it('are refused to strangers, whoever they say they are', async () => {
    const mine = await openSession();
    const { token: otherToken } = await signUp(app);
    const other = await app.call('POST', '/sessions', { token: otherToken, body: { workshop: 'git-basics' } });
    const secret = mine.url.split('/').at(-1) ?? '';
    const bytes = Buffer.from(secret, 'base64url');
    const withIdOfOther = Buffer.concat([Buffer.from(other.json.id.replaceAll('-', ''), 'hex'), bytes.subarray(16)]);
    const flipped = Buffer.from(bytes);
    flipped[47] = (flipped[47] ?? 0) ^ 1;
    const guesses = [
      withIdOfOther.toString('base64url'),
      flipped.toString('base64url'),
      'A'.repeat(64),
      'x',
      mine.id,
      `${secret}A`,
      '%00',
    ];
    for (const guess of guesses) {
      const response = await app.call('POST', `/webhooks/analytics/${guess}`, {
        body: event('Session/Deleted', mine.name),
      });
      expect([response.status, response.json.code]).toEqual([404, 'educates.unknown-webhook']);
      expect(response.headers.get('x-ratelimit-limit')).toBeNull();
    }
    expect((await read(mine.id)).state).toBe('pending');
    expect((await app.request('GET', `/api/educates/webhooks/analytics/${secret}`)).status).toBe(404);
  });

  it.each([
    ['no JSON', '{"event":'],
    ['a list', []],
    ['no event', { portal: {} }],
    ['no time', { event: { name: 'Session/Deleted', session: 's' } }],
    ['a time that is none', { event: { name: 'Session/Deleted', session: 's', timestamp: 'yesterday' } }],
    [
      'a time beyond all times',
      { event: { name: 'Session/Deleted', session: 's', timestamp: '2026-13-45T99:00:00Z' } },
    ],
    ['a name without end', { event: { name: 'x'.repeat(101), session: 's', timestamp: '2026-11-20T12:00:00Z' } }],
    ['data that is none', { event: { name: 'x', session: 's', timestamp: '2026-11-20T12:00:00Z', data: 'x' } }],
  ])('are refused with 400 when they hold %s', async (_, body) => {
    const { url } = await openSession();
    expect((await post(url, body)).status).toBe(400);
  });

  it('keep no more data of an event than there is room for', async () => {
    const { id, name, url } = await openSession();
    expect((await post(url, event('Action/Event', name, { text: 'x'.repeat(20_000) }))).status).toBe(204);
    expect((await post(url, event('Action/Event', name, { text: '\u0000' }))).status).toBeLessThan(500);
    expect(
      await query(app, `SELECT data FROM workshop_session_events WHERE session_id = $1 AND name = 'Action/Event'`, [
        id,
      ]),
    ).toContainEqual({ data: {} });
  });

  it('are asked for at an address that is reached from outside, as PUBLIC_URL has it', async () => {
    const before = app.config.http.publicUrl;
    app.config.http.publicUrl = 'http://127.0.0.1:9/behind/a/proxy';
    const { url } = await openSession();
    app.config.http.publicUrl = before;
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:9\/behind\/a\/proxy\/api\/educates\/webhooks\/analytics\//);
  });
});
