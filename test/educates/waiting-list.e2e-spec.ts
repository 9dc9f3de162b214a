import { startTestApp, type TestApp } from '../support/test-app.js';
import type { TrainingPortalOptions } from '../support/training-portal/options.js';
import { startTrainingPortal, type TrainingPortal } from '../support/training-portal/training-portal.js';
import { waitFor } from '../support/wait-for.js';
import { portalVariables, query, signUp, startEducatesApp, type EducatesApp } from './educates-app.js';

// Each test starts an application, some of them two.
jest.setTimeout(120_000);

const quick = { EDUCATES_RECONCILE_INTERVAL: '1000', EDUCATES_CATALOG_FRESHNESS: '1000' };

describe('when all places are taken', () => {
  let portals: TrainingPortal[];
  let app: EducatesApp;
  let second: TestApp | undefined;

  async function start(
    options: Omit<TrainingPortalOptions, 'name'>[],
    variables: Record<string, string> = {},
  ): Promise<TrainingPortal[]> {
    const names = ['north', 'south'];
    portals = await Promise.all(
      options.map((each, index) => startTrainingPortal({ name: names[index] ?? 'more', ...each })),
    );
    app = await startEducatesApp(portals, variables);
    return portals;
  }
  afterEach(async () => {
    await second?.stop();
    second = undefined;
    await app?.stop();
    await Promise.all(portals.map((each) => each.stop()));
  });

  const full = (capacity: number) => ({ workshops: [{ name: 'lab-git', alias: 'git-basics', capacity }] });
  const open = async (body: object = {}, token?: string) =>
    app.call('POST', '/sessions', {
      token: token ?? (await signUp(app)).token,
      body: { workshop: 'git-basics', ...body },
    });
  const wait = async (body: object = {}) => {
    const { token } = await signUp(app);
    const { status, json } = await open({ wait: 600, ...body }, token);
    return { token, status, id: json.id as string, json };
  };
  const read = async ({ id, token }: { id: string; token: string }) =>
    (await app.call('GET', `/sessions/${id}`, { token })).json;
  const end = async (portal: TrainingPortal, { id, token }: { id: string; token: string }) => {
    await app.call('POST', `/sessions/${id}/terminate`, { token });
    await portal.advanceTime(3);
  };

  it('somebody waits in the order of coming, knows their position, and gets the place that becomes free', async () => {
    const [north] = (await start([full(1)])) as [TrainingPortal];
    const owner = await wait();
    expect([owner.status, owner.json.state, owner.json.waiting]).toEqual([201, 'pending', null]);
    const waiting = [await wait(), await wait()];
    for (const [index, { status, json }] of waiting.entries()) {
      expect([status, json.state, json.waiting.position, json.launchUrl]).toEqual([202, 'waiting', index + 1, null]);
      expect(Date.parse(json.waiting.until) - Date.parse(json.waiting.since)).toBeGreaterThan(590_000);
    }
    const [first, next] = waiting as [(typeof waiting)[0], (typeof waiting)[0]];
    await end(north, owner);
    await waitFor(async () => (await read(first)).state === 'pending');
    expect((await read(next)).waiting.position).toBe(1);
    const launch = await app.call('GET', `/sessions/${first.id}/launch`, { token: first.token });
    expect((await north.activate(launch.headers.get('location') ?? '')).status).toBe(302);
    await end(north, first);
    await waitFor(async () => (await read(next)).state === 'pending');
    expect(north.sessions.filter(({ state }) => state !== 'STOPPED')).toHaveLength(1);
    const { json } = await app.call('GET', `/sessions/${next.id}/timeline`, { token: next.token });
    expect(json.entries.map(({ what }: { what: string }) => what)).toEqual(
      expect.arrayContaining(['waiting', 'requested', 'pending']),
    );
  });

  it('nobody overtakes those who wait, whether they would wait themselves or not', async () => {
    const [north] = (await start([full(1)])) as [TrainingPortal];
    const owner = await wait();
    const first = await wait();
    north.faults.isWebhookLost = () => true;
    await end(north, owner);
    // The place is free, but not for who comes now.
    const requests = north.countOf('request');
    const late = await open();
    expect([late.status, late.json.code]).toEqual([503, 'educates.no-capacity']);
    expect((await wait()).json.waiting.position).toBe(2);
    expect(north.countOf('request')).toBe(requests);
    expect((await read(first)).waiting.position).toBe(1);
  });

  it('a portal without waiters is still open to all, and who waits for one portal is in nobody’s way elsewhere', async () => {
    await start([full(1), full(2)]);
    await open({ portal: 'north' });
    const waiting = await wait({ portal: 'north' });
    expect(waiting.json.state).toBe('waiting');
    expect((await open()).json.portal).toBe('south');
    expect((await open({ portal: 'north' })).status).toBe(503);
    expect((await open({ portal: 'south' })).status).toBe(201);
    expect((await read(waiting)).waiting.position).toBe(1);
  });

  it('somebody who asks again keeps their place, and may leave it', async () => {
    await start([full(1)]);
    await open();
    const first = await wait();
    const next = await wait();
    const again = await open({}, first.token);
    expect([again.status, again.json.id, again.json.waiting.position]).toEqual([202, first.id, 1]);
    const launch = await app.call('GET', `/sessions/${first.id}/launch`, { token: first.token });
    expect([launch.status, launch.json.code]).toEqual([503, 'educates.no-capacity']);
    const left = await app.call('POST', `/sessions/${first.id}/terminate`, { token: first.token });
    expect([left.json.state, left.json.endReason, left.json.waiting]).toEqual(['failed', 'terminated', null]);
    expect((await read(next)).waiting.position).toBe(1);
    expect(await query(app, `SELECT 1 FROM events WHERE type LIKE 'workshop.session.%'`)).toEqual([]);
  });

  it('waiting ends when its time is over', async () => {
    await start([full(1)]);
    await open();
    const waiting = await wait();
    await query(app, `UPDATE workshop_sessions SET wait_until = now() WHERE id = $1`, [waiting.id]);
    await waitFor(async () => (await read(waiting)).state === 'failed');
    expect((await read(waiting)).endReason).toBe('wait-over');
  });

  it('refuses times that are none', async () => {
    await start([full(1)]);
    for (const body of [{ wait: -1 }, { wait: 86_401 }, { wait: 'x' }, { wait: 1.5 }, { state: 'waiting' }]) {
      expect((await open(body)).status).toBe(400);
    }
  });

  it('each place goes to one of those who wait, whatever process gives it out', async () => {
    const [north] = (await start([full(6)], quick)) as [TrainingPortal];
    const owners = [];
    for (let each = 0; each < 6; each += 1) owners.push(await wait());
    const waiting: { id: string; token: string }[] = [];
    for (let each = 0; each < 8; each += 1) waiting.push(await wait());
    second = await startTestApp({ ...quick, ...portalVariables(portals) }, app.databaseUrl);
    await Promise.all(owners.map((owner) => app.call('POST', `/sessions/${owner.id}/terminate`, owner)));
    await north.advanceTime(3);
    const statesNow = () => Promise.all(waiting.map((each) => read(each).then(({ state }) => state as string)));
    await waitFor(
      async () => {
        // A process may try its luck for those who wait on, which shows as `requested` until the portal has said no.
        const states = await statesNow();
        return (
          states.slice(0, 6).every((state) => state === 'pending') &&
          !states.slice(6).some((state) => state !== 'waiting')
        );
      },
      { timeoutMs: 30_000 },
    );
    const owned = north.sessions.filter(({ owner, state }) => owner !== null && state !== 'STOPPED');
    expect(new Set(owned.map(({ owner }) => owner)).size).toBe(6);
    expect(owned).toHaveLength(6);
  });

  it('a turn that a dead process had claimed is given back', async () => {
    const [north] = (await start([full(1)], quick)) as [TrainingPortal];
    await open();
    const waiting = await wait();
    await query(
      app,
      `UPDATE workshop_sessions SET state = 'requested', version = version + 1, requested_at = now() - interval '130 s' WHERE id = $1`,
      [waiting.id],
    );
    await waitFor(async () => (await read(waiting)).state === 'waiting', { timeoutMs: 20_000 });
    expect(north.sessions.filter(({ owner }) => owner !== null)).toHaveLength(1);
  });

  describe('the stream of a session', () => {
    it('tells the position, the place and the end, to its owner only', async () => {
      const [north] = (await start([full(1)])) as [TrainingPortal];
      const owner = await wait();
      const ahead = await wait();
      const waiting = await wait();
      const path = `/api/educates/sessions/${waiting.id}/events`;
      const stranger = await signUp(app);
      expect((await app.call('GET', `/sessions/${waiting.id}/events`, stranger)).status).toBe(404);
      expect((await app.call('GET', `/sessions/${waiting.id}/events`)).status).toBe(401);

      const response = await fetch(app.url + path, { headers: { authorization: `Bearer ${waiting.token}` } });
      expect(response.headers.get('content-type')).toContain('text/event-stream');
      let text = '';
      const decoder = new TextDecoder();
      const reading = (async () => {
        for await (const chunk of response.body ?? []) text += decoder.decode(chunk as Uint8Array, { stream: true });
      })();
      const seen = () =>
        text
          .split('\n')
          .filter((line) => line.startsWith('data: '))
          .map((line) => JSON.parse(line.slice(6)))
          .map(({ state, waiting: place }) => (place === null ? state : `${state} ${place.position}`));
      await waitFor(() => seen().at(-1) === 'waiting 2');
      await app.call('POST', `/sessions/${ahead.id}/terminate`, ahead);
      await waitFor(() => seen().at(-1) === 'waiting 1');
      await end(north, owner);
      await waitFor(() => seen().at(-1) === 'pending');
      await app.call('POST', `/sessions/${waiting.id}/terminate`, waiting);
      await north.advanceTime(3);
      await reading;
      expect(seen().at(-1)).toBe('ended');
    });
  });

  describe('quotas', () => {
    it('let nobody have or wait for more than their share, however many they ask for at once', async () => {
      const names = ['one', 'two', 'three', 'four', 'five'];
      await start([{ workshops: names.map((name) => ({ name, capacity: 5 })) }], { EDUCATES_USER_SESSIONS: '2' });
      const { token } = await signUp(app);
      const answers = await Promise.all(names.map((workshop) => open({ workshop, wait: 60 }, token)));
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(2);
      const refused = answers.filter(({ status }) => status !== 201);
      expect(refused.map(({ status, json }) => [status, json.code, json.maximum])).toEqual(
        refused.map(() => [409, 'educates.user-quota', 2]),
      );
    });

    it('keep us from taking more of a portal than our share; the rest goes elsewhere or waits', async () => {
      const [north, south] = (await start([full(50), full(50)], { EDUCATES_PORTAL_SESSIONS: '2' })) as [
        TrainingPortal,
        TrainingPortal,
      ];
      const people = [];
      for (let person = 0; person < 6; person += 1) people.push(await signUp(app));
      const answers = await Promise.all(people.map(({ token }) => open({}, token)));
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(4);
      expect(answers.filter(({ status }) => status === 503)).toHaveLength(2);
      const taken = [north, south].map(({ sessions }) => sessions.filter(({ owner }) => owner !== null).length);
      expect(taken).toEqual([2, 2]);

      const waiting = await wait();
      expect(waiting.status).toBe(202);
      const owner = people[answers.findIndex(({ json }) => json.portal === 'north')];
      const { json } = await app.call('GET', '/sessions', { token: owner?.token ?? '' });
      await end(north, { id: json.sessions[0].id, token: owner?.token ?? '' });
      await waitFor(async () => (await read(waiting)).state === 'pending');
      expect((await read(waiting)).portal).toBe('north');
    });
  });
});
