import { setTimeout } from 'node:timers/promises';
import type { TrainingPortalOptions } from '../support/training-portal/options.js';
import type { TrainingPortal } from '../support/training-portal/training-portal.js';
import { startTrainingPortal } from '../support/training-portal/training-portal.js';
import type { ScheduleBody } from './training-portal-robot.js';
import { Robot } from './training-portal-robot.js';

const noSession = { status: 503, text: '{"error":"No session available"}' };

describe('stand-in training portal: sessions', () => {
  let portal: TrainingPortal;
  let robot: Robot;

  const start = async (options: Partial<TrainingPortalOptions> = {}): Promise<void> => {
    const clock = { isFrozen: true, startsAt: new Date('2026-03-01T10:00:00.250Z') };
    portal = await startTrainingPortal({ name: 'lab', workshops: [{ name: 'lab-git' }], clock, ...options });
    robot = await Robot.loggedIn(portal);
  };
  afterEach(() => portal.stop());

  const act = (session: string, action: string) => robot.call(`/workshops/session/${session}/${action}/`);
  const allocated = async (): Promise<number> => (await robot.catalog()).portal.sessions.allocated;

  it('answers a request with the session, its deprecated second name and a relative activation URL', async () => {
    await start({ workshops: [{ name: 'lab-git', alias: 'git' }] });
    const session = await robot.requestSession({ user: 'u-1', index_url: 'https://front.test/a b' });
    expect(session).toEqual({
      name: 'lab-w01-s001',
      session: 'lab-w01-s001',
      user: 'u-1',
      url: expect.stringMatching(
        /^\/workshops\/session\/lab-w01-s001\/activate\/\?token=\w{32}&index_url=https%3A%2F%2Ffront.test%2Fa\+b$/,
      ),
      namespace: 'lab-w01-s001',
      workshop: 'lab-git',
      environment: 'lab-w01',
    });
  });

  it.each([
    ['no index_url', { index_url: '' }, 400, 'Need redirect URL for workshop index'],
    ['a bad e-mail', { email: 'jane' }, 400, 'Invalid email address provided'],
    ['the robot as user', { user: 'robot@educates' }, 400, 'Session requests not permitted for user'],
    ['a staff user', { user: 'boss' }, 400, 'Session requests not permitted for user'],
    ['a timeout that is no integer', { timeout: '60s' }, 500, expect.stringContaining('<h1>Server Error (500)</h1>')],
    ['a timeout beyond all dates', { timeout: '1' + '0'.repeat(18) }, 500, expect.stringContaining('Server Error')],
  ])('refuses a request with %s', async (_what, parameters, status, text) => {
    await start({ users: [{ username: 'boss', password: 'x', isStaff: true }] });
    expect(await robot.request(parameters)).toMatchObject({ status, text });
    expect(portal.sessions).toHaveLength(0);
  });

  it.each([
    ['{', 400, 'Invalid JSON request payload'],
    ['[]', 400, 'Malformed JSON request payload'],
    ['{"parameters":{}}', 400, 'Malformed JSON request payload'],
    ['{"parameters":[{"name":""}]}', 400, 'Malformed JSON request payload'],
    ['{"parameters":[{"name":"a","value":1}]}', 400, 'Malformed JSON request payload'],
    ['{"parameters":["a"]}', 500, expect.stringContaining('Server Error')],
  ])('refuses the body %s', async (body, status, text) => {
    await start();
    const path = '/workshops/environment/lab-w01/request/?index_url=x';
    expect(await robot.call(path, { method: 'POST', body })).toMatchObject({ status, text });
  });

  it('keeps known parameters, ignores unknown ones and fills in defaults', async () => {
    await start({ workshops: [{ name: 'lab-git', parameters: { repo: 'default', branch: 'main' } }] });
    const body = JSON.stringify({
      parameters: [
        { name: 'repo', value: 'mine' },
        { name: 'other', value: 'x' },
      ],
    });
    await robot.call('/workshops/environment/lab-w01/request/?index_url=x', { method: 'POST', body });
    expect(portal.sessions[0]?.parameters).toEqual({ repo: 'mine', branch: 'main' });
  });

  it('refuses an unknown environment with 403 and a text', async () => {
    await start();
    expect(await robot.request({}, 'lab-w09')).toMatchObject({ status: 403, text: 'Environment does not exist' });
    const status = await robot.call('/workshops/environment/lab-w09/status/');
    expect(status).toMatchObject({ status: 403, text: 'Environment does not exist' });
  });

  it('gives a user the same session, token and URL again, and a new user without `user` a new one each time', async () => {
    await start();
    const first = await robot.requestSession({ user: 'u-1' });
    expect(await robot.requestSession({ user: 'u-1' })).toEqual(first);
    await robot.requestSession();
    await robot.requestSession();
    expect(await allocated()).toBe(3);
  });

  it('keeps the details of a user from the first request only', async () => {
    await start();
    await robot.requestSession({ user: 'u-1', email: 'a@example.com', firstname: 'Ann' });
    await robot.requestSession({ user: 'u-1', email: 'b@example.com', first_name: 'Bob' });
    expect(portal.users.find(({ username }) => username === 'u-1')).toMatchObject({
      email: 'a@example.com',
      firstName: 'Ann',
    });
  });

  it('answers four different causes with one 503', async () => {
    const workshops = ['lab-a', 'lab-b', 'lab-c'].map((name) => ({ name, capacity: 2 }));
    await start({ workshops, maximumSessions: 4, registeredSessions: 2 });
    await robot.requestSession({ user: 'u-1' });
    await robot.requestSession({ user: 'u-2' });
    const environmentFull = await robot.request({ user: 'u-3' });
    await robot.requestSession({ user: 'u-1' }, 'lab-w02');
    const userAtLimit = await robot.request({ user: 'u-1' }, 'lab-w03');
    await robot.requestSession({ user: 'u-3' }, 'lab-w02');
    const portalFull = await robot.request({ user: 'u-4' }, 'lab-w03');
    const noSuchSession = await robot.request({ user: 'u-1', session: 'lab-w01-s002' });
    for (const reply of [environmentFull, userAtLimit, portalFull, noSuchSession]) {
      expect(reply).toMatchObject({ status: 503, text: noSession.text });
    }
    expect((await robot.request({ user: 'u-1', session: 'lab-w01-s001' })).status).toBe(200);
  });

  it('cannot reacquire a session that was started on the pages of the portal', async () => {
    await start();
    await portal.startWebSession('lab-w01', 'u-1');
    expect(await robot.request({ user: 'u-1' })).toMatchObject({
      status: 503,
      text: '{"error":"Cannot be reacquired"}',
    });
  });

  it('starts the activation window anew on a second request, with the new timeout or 60 s', async () => {
    await start();
    const { name } = await robot.requestSession({ user: 'u-1', timeout: '300' });
    expect(await robot.schedule(name)).toMatchObject({ status: 'WAITING', countdown: 300 });
    await portal.advanceTime(100);
    await robot.requestSession({ user: 'u-1' });
    expect(await robot.schedule(name)).toMatchObject({ countdown: 60 });
  });

  it('deletes a session that was not activated in time at the next 15 s loop, not before', async () => {
    await start();
    await portal.advanceTime(5);
    const { name, url } = await robot.requestSession({ user: 'u-1', timeout: '60' });
    await portal.advanceTime(69);
    expect(await robot.schedule(name)).toMatchObject({ status: 'WAITING', countdown: 0 });
    await portal.advanceTime(1);
    expect(portal.sessions[0]?.state).toBe('STOPPED');
    expect(await portal.activate(url)).toMatchObject({ status: 400, body: 'Invalid session name supplied' });
  });

  it('never expires a session with timeout 0 of a workshop without a life', async () => {
    await start({ workshops: [{ name: 'lab-git', expiresSeconds: 0 }] });
    const { name } = await robot.requestSession({ timeout: '0' });
    await portal.advanceTime(5 * 3600);
    expect(await robot.schedule(name)).toEqual({
      status: 'WAITING',
      started: '2026-03-01T10:00:00.250Z',
      expires: null,
      expiring: false,
    });
  });

  it('resets `started` and `expires` on activation, logs the browser in, and lets the URL be used again', async () => {
    await start();
    const { name, url } = await robot.requestSession({ user: 'u-1' });
    await portal.advanceTime(10.75);
    const activation = await portal.activate(url);
    expect(activation).toMatchObject({ status: 302, location: `/workshops/session/${name}/` });
    expect(activation.cookie).toMatch(/^sessionid=/);
    // Python writes no fraction when there is none.
    const schedule = { status: 'RUNNING', started: '2026-03-01T10:00:11Z', expires: '2026-03-01T11:00:11Z' };
    expect(await robot.schedule(name)).toMatchObject({ ...schedule, countdown: 3600, extendable: false });
    await portal.advanceTime(100);
    expect((await portal.activate(url)).status).toBe(302);
    expect(await robot.schedule(name)).toMatchObject(schedule);
  });

  it('refuses an activation without or with a wrong token', async () => {
    await start();
    const { name } = await robot.requestSession();
    const base = `/workshops/session/${name}/activate/`;
    expect(await portal.activate(base)).toMatchObject({ status: 400, body: 'No access token supplied' });
    const wrong = { status: 400, body: 'Invalid access token for session' };
    expect(await portal.activate(`${base}?token=x`)).toMatchObject(wrong);
  });

  it('terminates idempotently; STOPPING counts against every limit until the session is gone, then 404 HTML', async () => {
    await start({ workshops: [{ name: 'lab-git', capacity: 1 }] });
    const { name } = await robot.requestSession({ user: 'u-1' });
    expect(await act(name, 'terminate')).toMatchObject({ status: 200 });
    expect(await act(name, 'terminate')).toMatchObject({
      status: 200,
      text: '{"started":"2026-03-01T10:00:00.250Z","expires":"2026-03-01T10:00:00.250Z"}',
    });
    expect(await robot.schedule(name)).toMatchObject({ status: 'STOPPING' });
    expect((await robot.catalog('?sessions=1')).environments[0]).toMatchObject({
      allocated: 1,
      sessions: [{ state: 'STOPPING' }],
    });
    expect(await robot.request({ user: 'u-1' })).toMatchObject(noSession);
    expect(await robot.get('/workshops/user/u-1/sessions/')).toEqual({ user: 'u-1', sessions: [] });
    await portal.advanceTime(2);
    for (const action of ['schedule', 'extend', 'terminate', 'config', 'authorize']) {
      expect(await act(name, action)).toMatchObject({
        status: 404,
        text: expect.stringContaining('<h1>Not Found</h1>'),
      });
    }
    expect((await robot.requestSession({ user: 'u-1' })).name).toBe('lab-w01-s002');
  });

  it('says 200 with `extended: false` when an extension is not permitted', async () => {
    await start();
    const { url, name } = await robot.requestSession();
    await portal.activate(url);
    const reply = await act(name, 'extend');
    expect(reply.status).toBe(200);
    expect(JSON.parse(reply.text)).toMatchObject({
      extended: false,
      extendable: false,
      countdown: 3600,
      expiring: false,
    });
  });

  it('extends late in the life of a session, up to its deadline', async () => {
    const times = { expiresSeconds: 3600, overtimeSeconds: 600, deadlineSeconds: 4500 };
    await start({ workshops: [{ name: 'lab-git', ...times }] });
    const { url, name } = await robot.requestSession();
    await portal.activate(url);
    const extendAfter = async (seconds: number): Promise<ScheduleBody> => {
      await portal.advanceTime(seconds);
      return JSON.parse((await act(name, 'extend')).text) as ScheduleBody;
    };
    expect(await extendAfter(2950)).toMatchObject({ extended: false, expiring: true, countdown: 650 });
    expect(await extendAfter(100)).toMatchObject({ extended: true, countdown: 1150, extendable: false });
    expect(await extendAfter(600)).toMatchObject({ extended: true, countdown: 850 });
    expect(await extendAfter(600)).toMatchObject({ extended: false, countdown: 250, extendable: false });
  });

  it('takes from the ready reserve, replaces it, and refuses what is meant for sessions in use', async () => {
    await start({ workshops: [{ name: 'lab-git', capacity: 3, reserved: 1 }] });
    expect((await robot.catalog()).environments[0]).toMatchObject({ allocated: 0, available: 1 });
    expect(await act('lab-w01-s001', 'extend')).toMatchObject({ status: 400, text: 'Session is not currently in use' });
    expect(await act('lab-w01-s001', 'terminate')).toMatchObject({ status: 400 });
    expect(await act('lab-w01-s001', 'config')).toMatchObject({
      status: 200,
      text: expect.stringContaining('"password":"'),
    });
    const event = await robot.call('/workshops/session/lab-w01-s001/event/', { method: 'POST', body: '{}' });
    expect(event).toMatchObject({ status: 400, text: 'Session was never allocated' });
    expect((await robot.requestSession({ user: 'u-1' })).name).toBe('lab-w01-s001');
    expect(JSON.parse((await act('lab-w01-s001', 'authorize')).text)).toEqual({
      owner: 'u-1',
      user: 'robot@educates',
      staff: false,
    });
    expect((await robot.catalog()).environments[0]).toMatchObject({ allocated: 1, available: 1 });
  });

  it('culls the oldest reserve of any workshop when the portal is full of it, and overshoots until the purge', async () => {
    const workshops = [{ name: 'lab-a', reserved: 2, capacity: 2 }, { name: 'lab-b' }];
    await start({ workshops, maximumSessions: 2 });
    await robot.requestSession({}, 'lab-w02');
    expect(portal.sessions.map(({ name, state }) => [name, state])).toEqual([
      ['lab-w01-s001', 'STOPPING'],
      ['lab-w01-s002', 'WAITING'],
      ['lab-w02-s001', 'WAITING'],
    ]);
    await portal.advanceTime(15);
    expect(portal.sessions.filter(({ state }) => state !== 'STOPPED')).toHaveLength(2);
  });

  it('runs with the real time unless frozen, and can jump', async () => {
    await start({ clock: {}, deletionSeconds: 0.01 });
    const ended = await robot.requestSession();
    await act(ended.name, 'terminate');
    while (portal.sessions[0]?.state !== 'STOPPED') await setTimeout(1);
    await robot.requestSession();
    await portal.advanceTime(75);
    expect(portal.sessions.map(({ state }) => state)).toEqual(['STOPPED', 'STOPPED']);
    expect(portal.now().getTime()).toBeGreaterThan(Date.now() + 74_000);
  });

  it('forgets ended sessions and their users after 36 hours', async () => {
    await start();
    await act((await robot.requestSession({ user: 'u-1' })).name, 'terminate');
    await portal.advanceTime(36 * 3600 + 30);
    expect(portal.sessions).toHaveLength(0);
    expect(portal.users.map(({ username }) => username)).not.toContain('u-1');
  });
});
