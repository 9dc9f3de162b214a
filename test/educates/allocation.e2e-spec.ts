import { startTrainingPortal, type TrainingPortal } from '../support/training-portal/training-portal.js';
import type { TrainingPortalOptions } from '../support/training-portal/options.js';
import { query, signUp, startEducatesApp, type EducatesApp } from './educates-app.js';

const workshops = (capacity: number, reserved = 0) => [{ name: 'lab-git', alias: 'git-basics', capacity, reserved }];

describe('where a session is opened', () => {
  let portals: TrainingPortal[];
  let app: EducatesApp;

  async function start(...options: Omit<TrainingPortalOptions, 'name'>[]): Promise<TrainingPortal[]> {
    const names = ['north', 'south', 'west'];
    portals = await Promise.all(
      options.map((each, index) => startTrainingPortal({ name: names[index] ?? 'more', ...each })),
    );
    app = await startEducatesApp(portals);
    return portals;
  }
  afterEach(async () => {
    await app?.stop();
    await Promise.all(portals.map((each) => each.stop()));
  });

  const open = async (body: object = {}, token?: string) =>
    app.call('POST', '/sessions', {
      token: token ?? (await signUp(app)).token,
      body: { workshop: 'git-basics', ...body },
    });

  const openTimes = async (times: number): Promise<string[]> => {
    const portalsChosen: string[] = [];
    for (let time = 0; time < times; time += 1) portalsChosen.push((await open()).json.portal);
    return portalsChosen;
  };

  it('is the portal with most room, counting what was asked for since the catalogue was read', async () => {
    const [north, south] = (await start(
      { workshops: workshops(3) },
      { workshops: workshops(9), maximumSessions: 4 },
    )) as [TrainingPortal, TrainingPortal];
    expect(await openTimes(4)).toEqual(['south', 'north', 'south', 'north']);
    expect([north, south].map((each) => each.countOf('catalog-workshops'))).toEqual([1, 1]);
    expect([north, south].map((each) => each.countOf('request'))).toEqual([2, 2]);
  });

  it('is one where a session waits ready, however much room others have', async () => {
    await start({ workshops: workshops(50) }, { workshops: workshops(2, 1) });
    expect(await openTimes(2)).toEqual(['south', 'north']);
  });

  it('is the portal that was asked for', async () => {
    await start({ workshops: workshops(50) }, { workshops: workshops(2) });
    expect((await open({ portal: 'south' })).json.portal).toBe('south');
  });

  it('is the next one when the best is full after all', async () => {
    const [north] = (await start({ workshops: workshops(5) }, { workshops: workshops(1) })) as [TrainingPortal];
    north.failNext({ kind: 'reply', status: 503, body: '{"error":"No session available"}' }, { operation: 'request' });
    const { status, json } = await open();
    expect([status, json.portal, json.state]).toEqual([201, 'south', 'pending']);
    expect(await query(app, 'SELECT portal, environment, session_name, state FROM workshop_sessions')).toEqual([
      { portal: 'south', environment: 'south-w01', session_name: 'south-w01-s001', state: 'pending' },
    ]);
  });

  it('is the next one when the best does not answer, refuses us or fails', async () => {
    const [north] = (await start({ workshops: workshops(50) }, { workshops: workshops(9) })) as [TrainingPortal];
    for (const [fault, tries] of [
      [{ kind: 'connection-reset' }, 4],
      [{ kind: 'reply', status: 502 }, 4],
      [{ kind: 'reply', status: 404, body: '<h1>Not Found</h1>' }, 1],
      [{ kind: 'reply', status: 200, body: 'not JSON' }, 1],
    ] as const) {
      // It works, and has most room.
      expect((await open({ portal: 'north' })).status).toBe(201);
      north.failNext(fault, { operation: 'request', times: tries });
      const before = north.countOf('request');
      expect((await open()).json.portal).toBe('south');
      expect(north.countOf('request') - before).toBe(tries);
    }
    north.faults.isDown = true;
    expect((await open()).json.portal).toBe('south');
  });

  it.each([
    ['takes nobody any more', undefined],
    ['is gone', { kind: 'reply', status: 403, body: 'Environment does not exist' }],
  ] as const)('is the environment that has taken the place of the one in the catalogue, which %s', async (_, fault) => {
    const [north] = (await start({ workshops: workshops(5) })) as [TrainingPortal];
    await open();
    await north.replaceEnvironment('north-w01');
    if (fault !== undefined) north.failNext(fault, { operation: 'request' });
    expect((await open()).status).toBe(201);
    expect(north.countOf('catalog-workshops')).toBe(2);
    expect(await query(app, `SELECT environment FROM workshop_sessions ORDER BY id`)).toEqual([
      { environment: 'north-w01' },
      { environment: 'north-w02' },
    ]);
  });

  it('is nowhere when every place is taken, and the answer says when to try again', async () => {
    const [north, south] = (await start({ workshops: workshops(1) }, { workshops: workshops(1) })) as [
      TrainingPortal,
      TrainingPortal,
    ];
    const { token } = await signUp(app);
    await openTimes(2);
    const response = await open({}, token);
    expect([response.status, response.json.code]).toEqual([503, 'educates.no-capacity']);
    expect(response.headers.get('retry-after')).toBe('15');
    expect(response.json.error).toBe(response.json.detail);
    expect((await app.call('GET', '/sessions?live=true', { token })).json.sessions).toEqual([]);

    const [session] = await query<{ id: string }>(
      app,
      `SELECT id FROM workshop_sessions WHERE portal = 'south' AND state = 'pending'`,
    );
    await app.call('POST', `/sessions/${session?.id}/terminate`, { asAdmin: true });
    await south.advanceTime(3);
    const retried = await open({}, token);
    expect([retried.status, retried.json.portal]).toEqual([201, 'south']);
    expect(north.sessions.length + south.sessions.length).toBe(3);
  });

  it.each([
    [
      'is down',
      503,
      'educates.portal-unreachable',
      (portal: TrainingPortal): void => void (portal.faults.isDown = true),
    ],
    [
      'is not ready',
      503,
      'educates.portal-busy',
      (portal: TrainingPortal): void => void (portal.faults.isInitialised = false),
    ],
    [
      'refuses us',
      502,
      'educates.portal-misconfigured',
      (portal: TrainingPortal) =>
        portal.failNext({ kind: 'reply', status: 400, body: '{"error":"invalid_grant"}' }, { operation: 'token' }),
    ],
    [
      'moved elsewhere',
      502,
      'educates.portal-misconfigured',
      (portal: TrainingPortal) =>
        portal.failNext(
          { kind: 'reply', status: 302, headers: { location: 'https://elsewhere.example.org/' } },
          { operation: 'catalog-workshops' },
        ),
    ],
  ] as const)('is nowhere when the only portal %s: %i %s', async (_, status, code, breakPortal) => {
    const [portal] = (await start({ workshops: workshops(5) })) as [TrainingPortal];
    breakPortal(portal);
    const response = await open();
    expect([response.status, response.json.code]).toEqual([status, code]);
    if (status === 503) expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(response.text).not.toContain(new URL(portal.url).host);
  });

  it('is nowhere when the person has as many sessions as the portal allows one', async () => {
    const [portal] = (await start({
      workshops: [...workshops(5), { name: 'lab-vim', alias: 'vim', capacity: 5 }],
      anonymousSessions: 1,
    })) as [TrainingPortal];
    const { token } = await signUp(app);
    expect((await open({}, token)).status).toBe(201);
    const response = await open({ workshop: 'vim' }, token);
    expect([response.status, response.json.code]).toEqual([409, 'educates.user-limit']);
    expect(portal.countOf('request')).toBe(1);
  });

  it.each([
    ['database is locked', { kind: 'database-locked' }],
    ['answer is lost', { kind: 'response-lost' }],
    ['gateway gives up', { kind: 'reply', status: 504 }],
  ] as const)('is the same place when the %s and the request is repeated', async (_, fault) => {
    const [portal] = (await start({ workshops: workshops(5) })) as [TrainingPortal];
    portal.failNext(fault, { operation: 'request', times: 2 });
    const { status, json } = await open();
    expect([status, json.state]).toEqual([201, 'pending']);
    expect(portal.countOf('request')).toBe(3);
    expect(portal.sessions.filter(({ owner }) => owner !== null)).toHaveLength(1);
  });

  it('does not repeat what the portal refuses, and says what it was', async () => {
    const [portal] = (await start({ workshops: workshops(5) })) as [TrainingPortal];
    portal.failNext({ kind: 'reply', status: 400, body: 'Malformed JSON request payload' }, { operation: 'request' });
    const response = await open({ parameters: { REPOSITORY: 'x' } });
    expect([response.status, response.json.code]).toEqual([422, 'educates.bad-parameters']);
    expect(portal.countOf('request')).toBe(1);
    expect(await query(app, 'SELECT state, end_reason FROM workshop_sessions')).toEqual([
      { state: 'failed', end_reason: 'refused' },
    ]);
  });

  it('gives each of a class one session when all start at once on two portals whose databases lock up', async () => {
    const options = (seed: number): Omit<TrainingPortalOptions, 'name'> => ({
      workshops: workshops(15),
      faults: { databaseLocked: { rate: 0.15, seed, operations: ['request'] }, latencyMs: { create: 5 } },
    });
    await start(options(1), options(2));
    const people = [];
    for (let person = 0; person < 30; person += 1) people.push(await signUp(app));
    const responses = await Promise.all(people.map(({ token }) => open({}, token)));
    expect(responses.map(({ status }) => status)).toEqual(people.map(() => 201));
    const taken = portals.flatMap((portal) => portal.sessions.filter(({ owner }) => owner !== null));
    expect(taken).toHaveLength(30);
    expect(new Set(taken.map(({ owner }) => owner)).size).toBe(30);
    expect(await query(app, `SELECT count(*)::int AS count FROM workshop_sessions WHERE state = 'pending'`)).toEqual([
      { count: 30 },
    ]);
  });
});
