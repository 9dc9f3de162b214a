import { request } from 'node:https';
import { setTimeout } from 'node:timers/promises';
import type { TrainingPortalOptions, WorkshopOptions } from '../support/training-portal/options.js';
import { selfSignedCertificate } from '../support/training-portal/self-signed-certificate.js';
import type { TrainingPortal } from '../support/training-portal/training-portal.js';
import { startTrainingPortal } from '../support/training-portal/training-portal.js';
import { Robot } from './training-portal-robot.js';

const serverError = { status: 500, text: expect.stringContaining('<h1>Server Error (500)</h1>') };

describe('stand-in training portal: catalog, routes and faults', () => {
  let portal: TrainingPortal;
  let robot: Robot;

  const start = async (options: Partial<TrainingPortalOptions> = {}): Promise<void> => {
    portal = await startTrainingPortal({
      name: 'lab',
      workshops: [{ name: 'lab-git' }],
      clock: { isFrozen: true },
      ...options,
    });
    robot = await Robot.loggedIn(portal);
  };
  afterEach(() => portal.stop());

  const namesOf = async (query: string) => (await robot.catalog(query)).environments.map(({ name }) => name);

  it('lists environments with their usage, and the portal without a title', async () => {
    await start({ labels: { site: 'north' }, maximumSessions: 20, anonymousSessions: 3, uid: 'uid-1' });
    expect(await robot.get('/workshops/catalog/environments/')).toEqual({
      portal: {
        name: 'lab',
        labels: { site: 'north' },
        uid: 'uid-1',
        generation: 1,
        url: portal.url,
        sessions: { maximum: 20, registered: 0, anonymous: 3, allocated: 0 },
      },
      environments: [
        {
          name: 'lab-w01',
          state: 'RUNNING',
          workshop: expect.objectContaining({ name: 'lab-git', resource: 'lab-git', authors: [], tags: [], logo: '' }),
          duration: 3600,
          capacity: 10,
          reserved: 0,
          allocated: 0,
          available: 0,
        },
      ],
    });
    const [workshop] = (await robot.get<{ workshops: object[] }>('/workshops/catalog/workshops/')).workshops;
    expect(workshop).toMatchObject({ name: 'lab-git', environment: { name: 'lab-w01', capacity: 10 } });
  });

  it('shows the alias in the catalog, filters by the resource name, and shows that in the status', async () => {
    await start({ workshops: [{ name: 'lab-git', alias: 'git' }, { name: 'lab-k8s' }] });
    expect((await robot.catalog()).environments[0]?.workshop).toMatchObject({ name: 'git', resource: 'lab-git' });
    expect(await namesOf('?name=git')).toEqual([]);
    expect(await namesOf('?name=lab-git')).toEqual(['lab-w01']);
    const { workshop } = await robot.get<{ workshop: object }>('/workshops/environment/lab-w01/status/');
    expect(workshop).toMatchObject({ name: 'lab-git' });
    expect(workshop).not.toHaveProperty('resource');
  });

  it('filters by labels with the gaps of the original', async () => {
    const workshops: WorkshopOptions[] = [
      { name: 'lab-a', labels: { level: 'one', 'a-b': 'x' } },
      { name: 'lab-b', labels: { level: 'one' }, environmentLabels: { level: 'two words' } },
    ];
    await start({ workshops, defaultLabels: { level: 'none', team: 'us' } });
    expect(await namesOf('?labels[level]=one')).toEqual(['lab-w01']);
    expect(await namesOf('?labels%5Blevel%5D=two%20words&labels[team]=us')).toEqual(['lab-w02']);
    expect(await namesOf('?labels[level]=two+words')).toEqual([]);
    expect(await namesOf('?labels[a-b]=x')).toEqual(['lab-w01', 'lab-w02']);
    expect(await robot.call('/workshops/catalog/environments/?labels[level]=a=b')).toMatchObject(serverError);
  });

  it('fails with 500 on an environment that is STARTING: in the catalog, the status and a request', async () => {
    await start({ workshops: [{ name: 'lab-git', startupSeconds: 60 }] });
    expect(await namesOf('')).toEqual([]);
    const catalog = await robot.call('/workshops/catalog/environments/?state=running&state=Starting');
    expect(catalog).toMatchObject(serverError);
    expect(await robot.call('/workshops/environment/lab-w01/status/')).toMatchObject(serverError);
    expect(await robot.request({ user: 'u-1' })).toMatchObject(serverError);
    expect(portal.users.map(({ username }) => username)).toEqual(['robot@educates']);
    await portal.advanceTime(60);
    expect((await robot.request({ user: 'u-1' })).status).toBe(200);
  });

  it('opens a public catalog to bad tokens, as if nobody had called', async () => {
    await start({ catalogVisibility: 'public' });
    expect((await robot.catalog('?sessions=true')).environments[0]).toHaveProperty('sessions', []);
    const reply = await new Robot(portal, 'expired').call(
      '/workshops/catalog/environments/?sessions=true&state=stopped',
    );
    expect(reply.status).toBe(200);
    expect(JSON.parse(reply.text)).toMatchObject({ environments: [{ state: 'RUNNING' }] });
    expect(reply.text).not.toContain('"sessions":[]');
  });

  it('has no session for a user it does not know, and no page for one whose name is no slug', async () => {
    await start();
    expect(await robot.get('/workshops/user/nobody/sessions/')).toEqual({ user: 'nobody', sessions: [] });
    await robot.requestSession({ user: 'jane@example.com' });
    for (const name of ['jane@example.com', 'jane%40example.com', 'user:default', 'a.b']) {
      const reply = await robot.call(`/workshops/user/${name}/sessions/`);
      expect(reply).toMatchObject({ status: 404, text: expect.stringContaining('<h1>Not Found</h1>') });
    }
  });

  it('redirects with 301 when the slash is missing, a POST too', async () => {
    await start();
    const reply = await robot.call('/workshops/environment/lab-w01/request?user=u-1', { method: 'POST' });
    expect(reply.status).toBe(301);
    expect(reply.headers.get('location')).toBe('/workshops/environment/lab-w01/request/?user=u-1');
    expect((await robot.call('/workshops/nothing')).status).toBe(404);
  });

  it('replaces an environment: the old one keeps its sessions, takes no new ones, and ends with the last', async () => {
    await start({ workshops: [{ name: 'lab-git', reserved: 1, refreshSeconds: 3600 }] });
    const { name, url } = await robot.requestSession({ user: 'u-1' });
    await portal.activate(url);
    await portal.replaceEnvironment('lab-w01');
    expect(await namesOf('')).toEqual(['lab-w02']);
    expect((await robot.catalog('?state=stopping')).environments[0]).toMatchObject({ name: 'lab-w01', capacity: 0 });
    expect((await robot.requestSession({ user: 'u-1', session: name })).name).toBe(name);
    expect((await robot.request({ user: 'u-2' })).status).toBe(503);
    await robot.call(`/workshops/session/${name}/terminate/`);
    await portal.advanceTime(30);
    expect(await namesOf('?state=stopped')).toEqual(['lab-w01']);
    await portal.advanceTime(3600);
    expect(await namesOf('')).toEqual(['lab-w03']);
  });

  it('lets a slow request hold up whatever needs the global lock, and with five of them everything', async () => {
    await start({ faults: { latencyMs: { request: 100 } } });
    const done: string[] = [];
    const send = (what: string, path: string) => robot.call(path).then(() => done.push(what));
    const sendRequests = async (count: number): Promise<Promise<number>[]> => {
      const before = portal.countOf('request');
      const requests = Array.from({ length: count }, () =>
        send('request', '/workshops/environment/lab-w01/request/?index_url=x'),
      );
      while (portal.countOf('request') < before + count) await setTimeout(1);
      return requests;
    };
    const status = '/workshops/environment/lab-w01/status/';
    const catalog = '/workshops/catalog/environments/';
    await Promise.all([...(await sendRequests(1)), send('status', status), send('catalog', catalog)]);
    expect(done).toEqual(['catalog', 'request', 'status']);
    // The catalog needs no lock, but no thread is free while five requests wait for it.
    await Promise.all([...(await sendRequests(5)), send('catalog', catalog)]);
    expect(done[3]).toBe('request');
    expect(portal.peakConcurrency).toBe(6);
  });

  it('gives up with 504 on a request that found no thread in time', async () => {
    await start({ threads: 1, queueTimeoutMs: 20 });
    portal.faults.latencyMs = { request: 200 };
    const [first, second] = await Promise.all([robot.request(), robot.request()]);
    expect([first.status, second.status]).toEqual(expect.arrayContaining([200, 504]));
  });

  it('fails at random with `database is locked`, rolls back, and does so again for the same seed', async () => {
    const outcomes = async (): Promise<number[]> => {
      const databaseLocked = { rate: 0.4, seed: 7, operations: ['request' as const] };
      await start({ faults: { databaseLocked } });
      const statuses: number[] = [];
      for (let user = 1; user <= 10; user += 1) statuses.push((await robot.request({ user: `u-${user}` })).status);
      expect(portal.sessions).toHaveLength(statuses.filter((status) => status === 200).length);
      return statuses;
    };
    const first = await outcomes();
    await portal.stop();
    expect(new Set(first)).toEqual(new Set([200, 500]));
    expect(await outcomes()).toEqual(first);
  });

  it('keeps a session that Kubernetes refused to create, and gives it to the same user again', async () => {
    await start();
    portal.failNext({ kind: 'kubernetes-error' }, { operation: 'request' });
    expect(await robot.request({ user: 'u-1' })).toMatchObject(serverError);
    expect((await robot.requestSession({ user: 'u-1' })).name).toBe('lab-w01-s001');
    expect(portal.sessions).toMatchObject([{ state: 'STARTING', url: null }]);
  });

  it('breaks connections before and after the work, hangs, answers late or otherwise, and goes down', async () => {
    await start();
    portal.failNext({ kind: 'connection-reset' });
    await expect(robot.request({ user: 'u-1' })).rejects.toThrow('fetch failed');
    expect(portal.sessions).toHaveLength(0);
    portal.failNext({ kind: 'response-lost' });
    await expect(robot.request({ user: 'u-1' })).rejects.toThrow('fetch failed');
    expect(portal.sessions).toHaveLength(1);
    portal.failNext({ kind: 'hang' });
    await expect(robot.call('/', { signal: AbortSignal.timeout(50) })).rejects.toThrow('timeout');
    portal.failNext({ kind: 'reply', status: 502, body: 'Bad Gateway' }, { operation: 'request', times: 2 });
    expect((await robot.catalog()).portal.sessions.allocated).toBe(1);
    expect(await robot.request()).toMatchObject({ status: 502, text: 'Bad Gateway' });
    expect((await robot.request()).status).toBe(502);
    portal.faults.isInitialised = false;
    expect(await robot.call('/workshops/catalog/environments/')).toMatchObject(serverError);
    portal.faults.isDown = true;
    await expect(robot.catalog()).rejects.toThrow('fetch failed');
    expect(portal.countOf('request')).toBe(4);
  });

  it('serves HTTPS with a certificate of its own', async () => {
    portal = await startTrainingPortal({ name: 'lab', workshops: [], tls: selfSignedCertificate });
    const statusWith = (options: { ca?: string }): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const call = request(portal.url, { ...options, agent: false }, (response) => {
          response.resume();
          resolve(response.statusCode);
        });
        call.on('error', reject).end();
      });
    expect(await statusWith({ ca: selfSignedCertificate.cert })).toBe(302);
    await expect(statusWith({})).rejects.toThrow('self-signed certificate');
  });

  it('shows title and logo on the login page, to which the catalog page sends strangers', async () => {
    await start({ title: 'Git & more', logo: 'data:image/png;base64,AAAA' });
    const login = await fetch(`${portal.url}/workshops/catalog/`);
    expect(new URL(login.url).pathname).toBe('/accounts/login/');
    const page = await login.text();
    expect(page).toContain('<title>Git &amp; more</title>');
    expect(page).toContain('src="data:image/png;base64,AAAA"');
    expect((await robot.call('/workshops/catalog/')).text).toContain('<h5>lab-git</h5>');
  });

  it('sends the browser of a session that ended back to its index URL, and says why', async () => {
    await start();
    const { url, name } = await robot.requestSession({ index_url: 'https://front.test/end?course=7' });
    const { cookie } = await portal.activate(url);
    const end = await portal.activate(`/workshops/session/${name}/delete/?notification=startup-timeout`, cookie ?? '');
    expect(end.location).toBe('https://front.test/end?course=7&notification=startup-timeout');
    await portal.advanceTime(2);
    const again = await portal.activate(url, cookie ?? '');
    expect(again.location).toBe('https://front.test/end?course=7&notification=session-deleted');
  });
});
