import type { TrainingPortalOptions } from '../support/training-portal/options.js';
import { startTrainingPortal, type TrainingPortal } from '../support/training-portal/training-portal.js';
import { waitFor } from '../support/wait-for.js';
import { grant, query, signUp, startEducatesApp, type EducatesApp } from './educates-app.js';

jest.setTimeout(120_000);

describe('a workshop for a class', () => {
  let portals: TrainingPortal[];
  let app: EducatesApp;

  async function start(
    options: Omit<TrainingPortalOptions, 'name'>[],
    variables: Record<string, string> = {},
  ): Promise<TrainingPortal[]> {
    portals = await Promise.all(options.map((each) => startTrainingPortal({ name: 'north', ...each })));
    app = await startEducatesApp(portals, variables);
    return portals;
  }
  afterEach(async () => {
    await app?.stop();
    await Promise.all(portals.map((each) => each.stop()));
  });

  const full = (capacity: number) => ({ workshops: [{ name: 'lab-git', alias: 'git-basics', capacity }] });
  const open = (body: object, token: string) =>
    app.call('POST', '/sessions', { token, body: { workshop: 'git-basics', ...body } });

  async function enrol(count: number): Promise<{ token: string; userId: string }[]> {
    const members = [];
    for (let member = 0; member < count; member += 1) members.push(await signUp(app));
    for (const { userId } of members) {
      await app.request('PUT', `/api/v1/grants/groups/python-2026/members/${userId}`, { asAdmin: true });
    }
    return members;
  }
  const startClass = (options: object, body: object = {}) =>
    app.call('POST', '/class-starts', {
      ...options,
      body: { group: 'python-2026', workshop: 'git-basics', staggerMs: 10, ...body },
    });

  it('gets a session each, besides who has one; who finds no place waits; and all are ended at once', async () => {
    const [north] = (await start([full(5)])) as [TrainingPortal];
    const members = await enrol(7);
    const [own] = members as [{ token: string; userId: string }];
    const mine = await open({}, own.token);
    const started = await startClass({ asAdmin: true });
    expect([started.status, started.json.members, started.json.alreadyLive]).toEqual([202, 7, 1]);
    const progress = async () =>
      (await app.call('GET', `/class-starts/${started.json.id}`, { asAdmin: true })).json.sessions;
    await waitFor(async () => (await progress()).pending === 4);
    expect(await progress()).toMatchObject({ waiting: 2, pending: 4, requested: 0, failed: 0 });
    const owners = north.sessions.flatMap(({ owner }) => owner ?? []);
    expect(new Set(owners).size).toBe(5);

    const listed = await app.call('GET', `/class-starts/${started.json.id}/sessions?state=waiting`, {
      asAdmin: true,
    });
    expect(listed.json.sessions).toHaveLength(2);
    expect(members.map(({ userId }) => userId)).toContain(listed.json.sessions[0].userId);
    const member = members[1] as { token: string };
    expect((await open({}, member.token)).json.state).toBe('pending');

    for (let time = 0; time < 2; time += 1) {
      const ended = await app.call('POST', `/class-starts/${started.json.id}/terminate`, { asAdmin: true });
      expect([ended.status, ended.json.terminatedAt]).toEqual([202, expect.any(String)]);
    }
    await waitFor(async () => {
      await north.advanceTime(3);
      const { ended, failed } = await progress();
      return ended === 4 && failed === 2;
    });
    expect((await app.call('GET', `/sessions/${mine.json.id}`, own)).json.state).toBe('pending');
    const audited = await query<{ action: string }>(
      app,
      `SELECT action FROM audit_entries WHERE action LIKE 'educates.%' ORDER BY id`,
    );
    expect(audited.map(({ action }) => action)).toEqual(['educates.class-started', 'educates.class-terminated']);
  });

  it('keeps the quotas of its members', async () => {
    await start([{ workshops: [{ name: 'git-basics' }, { name: 'vim' }] }], { EDUCATES_USER_SESSIONS: '1' });
    const [busy] = (await enrol(2)) as [{ token: string; userId: string }];
    await open({ workshop: 'vim' }, busy.token);
    const { json } = await startClass({ asAdmin: true });
    expect([json.members, json.overQuota]).toEqual([2, 1]);
    await waitFor(
      async () => (await app.call('GET', `/class-starts/${json.id}`, { asAdmin: true })).json.sessions.pending === 1,
    );
  });

  it('is started and seen by admins and by instructors who are granted it, and hidden from all others', async () => {
    await start([full(5)]);
    await enrol(1);
    const teacher = await signUp(app);
    expect((await startClass(teacher)).status).toBe(403);
    await app.request('PUT', `/api/v1/users/${teacher.userId}/role`, { asAdmin: true, body: { role: 'instructor' } });
    const hidden = await startClass(teacher);
    expect([hidden.status, hidden.json.code]).toEqual([404, 'educates.class-not-found']);
    const { json } = await startClass({ asAdmin: true });
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/sessions'],
      ['POST', '/terminate'],
    ] as const) {
      const response = await app.call(method, `/class-starts/${json.id}${path}`, teacher);
      expect([response.status, response.json.code]).toEqual([404, 'educates.class-start-not-found']);
      expect((await app.call(method, `/class-starts/${json.id}${path}`)).status).toBe(401);
    }
    await grant(app, { subjectKind: 'user', subjectId: teacher.userId }, 'educates.class.start', 'class:python-*');
    expect((await app.call('GET', `/class-starts/${json.id}`, teacher)).status).toBe(200);
    expect((await startClass(teacher)).status).toBe(202);
    expect((await startClass(teacher, { group: 'elsewhere' })).status).toBe(404);
  });

  it('is not started by requests that make no sense', async () => {
    const [north] = (await start([full(1)])) as [TrainingPortal];
    await enrol(1);
    for (const [body, status] of [
      [{ group: 'nobody' }, 404],
      [{ group: '' }, 400],
      [{ workshop: 'unknown' }, 404],
      [{ portal: 'unknown' }, 404],
      [{ staggerMs: -1 }, 400],
      [{ timeout: 0 }, 400],
      [{ wait: 1 }, 400],
      [{ parameters: { A: 1 } }, 422],
      [{ members: ['x'] }, 400],
    ] as const) {
      expect([body, (await startClass({ asAdmin: true }, body)).status]).toEqual([body, status]);
    }
    expect(north.countOf('request')).toBe(0);
  });
});
