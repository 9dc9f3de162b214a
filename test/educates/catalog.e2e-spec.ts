import { setTimeout as sleep } from 'node:timers/promises';
import { waitFor } from '../support/wait-for.js';
import { startTrainingPortal, type TrainingPortal } from '../support/training-portal/training-portal.js';
import { grant, signUp, startEducatesApp, type EducatesApp } from './educates-app.js';

describe('the catalogue', () => {
  let north: TrainingPortal;
  let south: TrainingPortal;
  let app: EducatesApp;
  let token: string;

  async function start(variables: Record<string, string> = {}): Promise<void> {
    north = await startTrainingPortal({
      name: 'north',
      workshops: [
        {
          name: 'lab-git',
          alias: 'git-basics',
          title: 'Git from the first commit',
          tags: ['git', 'beginner'],
          capacity: 3,
          reserved: 1,
        },
        {
          name: 'lab-k8s',
          title: 'Pods & services',
          difficulty: 'advanced',
          duration: '2h',
          labels: { level: '201' },
          extra: { newMember: { kept: true } },
          expiresSeconds: 0,
        },
      ],
    });
    south = await startTrainingPortal({
      name: 'south',
      workshops: [{ name: 'lab-git', alias: 'git-basics', capacity: 4 }],
      maximumSessions: 2,
    });
    app = await startEducatesApp([north, south], variables);
    ({ token } = await signUp(app));
  }
  afterEach(async () => {
    await app?.stop();
    await Promise.all([north.stop(), south.stop()]);
  });

  const read = (search = '') => app.call('GET', `/catalog${search}`, { token });
  const namesIn = ({ json }: { json: { workshops: { name: string }[] } }) => json.workshops.map(({ name }) => name);

  it('merges what all portals offer, filters it, and shows each person what they may see', async () => {
    await start();
    const { json } = await read();
    expect(json.total).toBe(2);
    expect(json.workshops).toMatchObject([
      {
        name: 'git-basics',
        title: 'Git from the first commit',
        tags: ['git', 'beginner'],
        free: 5,
        offers: [
          { portal: 'north', environment: 'north-w01', capacity: 3, free: 3, ready: 1, sessionSeconds: 3600 },
          { portal: 'south', environment: 'south-w01', capacity: 4, free: 2, ready: 0 },
        ],
      },
      {
        name: 'lab-k8s',
        offers: [{ portal: 'north', sessionSeconds: null }],
        extra: { newMember: { kept: true } },
      },
    ]);
    expect(json.sources).toEqual([
      { portal: 'north', state: 'up', ageSeconds: 0, isFresh: true },
      { portal: 'south', state: 'up', ageSeconds: 0, isFresh: true },
    ]);

    expect(namesIn(await read('?q=FIRST%20git'))).toEqual(['git-basics']);
    expect(namesIn(await read('?tag=git'))).toEqual(['git-basics']);
    expect(namesIn(await read('?difficulty=Advanced'))).toEqual(['lab-k8s']);
    expect(namesIn(await read('?label=level=201'))).toEqual(['lab-k8s']);
    expect(namesIn(await read('?label=level&label=other'))).toEqual([]);
    expect(namesIn(await read('?maxMinutes=119'))).toEqual([]);
    expect(namesIn(await read('?maxMinutes=120'))).toEqual(['lab-k8s']);
    expect(namesIn(await read('?minFree=6'))).toEqual(['lab-k8s']);
    expect(namesIn(await read('?portal=south'))).toEqual(['git-basics']);
    expect(namesIn(await read('?limit=1&offset=1'))).toEqual(['lab-k8s']);
    for (const search of [
      '?limit=0',
      '?limit=501',
      '?offset=-1',
      '?q=a&q=b',
      '?state=x',
      '?label==x',
      '?minFree=x',
      '?maxMinutes=0',
    ]) {
      expect((await read(search)).status).toBe(400);
    }

    await grant(app, { subjectKind: 'group', subjectId: 'staff' }, 'educates.portal.view', 'portal:north');
    const restricted = await read();
    expect(restricted.json.sources.map(({ portal }: { portal: string }) => portal)).toEqual(['south']);
    expect(restricted.text).not.toContain('north');
    expect((await app.call('GET', '/portals', { token })).text).not.toContain('north');
    expect((await app.call('GET', '/catalog', { asAdmin: true })).json.sources).toHaveLength(2);
    expect((await app.call('GET', '/catalog')).status).toBe(401);
    const guest = (await app.request('POST', '/api/v1/auth/guest')).json.data.accessToken as string;
    expect((await app.call('GET', '/catalog', { token: guest })).json).toEqual({
      workshops: [],
      total: 0,
      sources: [],
    });
  });

  it('asks each portal once, however many read it', async () => {
    await start();
    north.faults.latencyMs = { 'catalog-workshops': 50 };
    await Promise.all(Array.from({ length: 50 }, () => read()));
    for (let time = 0; time < 50; time += 1) await app.call('GET', '/workshops/north', { token });
    await app.call('GET', '/portals', { token });
    await app.request('GET', '/health');
    for (const portal of [north, south]) {
      expect(portal.requests.map(({ operation }) => operation)).toEqual(['token', 'catalog-workshops']);
    }
  });

  it('asks each portal at most once in each interval, also of front ends that read it again and again', async () => {
    const freshnessMs = 200;
    await start({ EDUCATES_CATALOG_FRESHNESS: String(freshnessMs) });
    await read();
    const beganMs = performance.now();
    let reads = 0;
    const refetch = async (): Promise<void> => {
      while (performance.now() - beganMs < 2000) {
        expect((await app.call('GET', '/workshops/north', { token })).status).toBe(200);
        reads += 1;
      }
    };
    await Promise.all(Array.from({ length: 8 }, refetch));
    const intervals = Math.ceil((performance.now() - beganMs) / freshnessMs);
    const calls = north.countOf('catalog-workshops');
    expect(reads).toBeGreaterThan(calls);
    expect(calls).toBeLessThanOrEqual(1 + intervals);
    expect(calls).toBeGreaterThan(1);
  });

  it('is shown while it is renewed, and as it last was while a portal is down, which is asked no more often', async () => {
    await start({ EDUCATES_CATALOG_FRESHNESS: '300' });
    await read();
    north.faults.latencyMs = { 'catalog-workshops': 300 };
    await sleep(350);
    const stale = await read();
    expect(stale.json.sources[0]).toMatchObject({ portal: 'north', isFresh: false });
    expect(stale.json.total).toBe(2);
    await waitFor(() => north.countOf('catalog-workshops') === 2);

    north.faults.latencyMs = {};
    north.faults.isDown = true;
    const seenBefore = south.countOf('catalog-workshops');
    const state = async () => (await read()).json.sources[0].state as string;
    await waitFor(async () => (await state()) === 'down');
    const { json } = await read();
    expect(json.total).toBe(2);
    expect(json.sources[0].isFresh).toBe(false);
    expect(south.countOf('catalog-workshops')).toBeGreaterThan(seenBefore);
    const seen = await app.call('GET', '/workshops/north', { token });
    expect(seen.status).toBe(200);
    const portals = await app.call('GET', '/portals', { token });
    expect(portals.json.portals[0]).toMatchObject({ name: 'north', state: 'down', reason: 'connection-reset' });
    expect((await app.request('GET', '/health')).json.checks['portal:north'].status).toBe('warn');

    north.faults.isDown = false;
    await waitFor(async () => (await state()) === 'up', { timeoutMs: 20_000 });
    expect((await read()).json.sources[0].isFresh).toBe(true);
  });

  it('is there without a portal that was never reached', async () => {
    await start();
    north.faults.isDown = true;
    const { json } = await read();
    expect(json.workshops).toMatchObject([{ name: 'git-basics', offers: [{ portal: 'south' }] }]);
    expect(json.sources[0]).toMatchObject({ portal: 'north', ageSeconds: null, isFresh: false });
  });
});
