import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startAppProcess, type AppProcess } from '../support/app-process.js';
import { createTestDatabase } from '../support/test-database.js';
import { startTrainingPortal, type TrainingPortal } from '../support/training-portal/training-portal.js';
import { waitFor } from '../support/wait-for.js';
import { portalVariables } from './educates-app.js';

// Each test starts whole processes, which takes its time on a busy machine.
jest.setTimeout(120_000);

describe('the Educates client in a process of its own', () => {
  let portal: TrainingPortal;
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let dataDirectory: string;
  let token: string;
  const started: AppProcess[] = [];
  beforeEach(async () => {
    portal = await startTrainingPortal({
      name: 'campus',
      workshops: [{ name: 'lab-git', alias: 'git-basics', capacity: 3 }],
    });
    database = await createTestDatabase();
    dataDirectory = mkdtempSync(path.join(tmpdir(), 'lyceum-educates-'));
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map((app) => app.stop()));
    await portal.stop();
    await database.drop();
    rmSync(dataDirectory, { recursive: true, force: true });
  });

  async function start(variables: Record<string, string> = {}): Promise<AppProcess> {
    const app = await startAppProcess({
      environment: {
        NODE_ENV: 'test',
        DATABASE_URL: database.url,
        DATA_DIR: dataDirectory,
        EDUCATES_RECONCILE_INTERVAL: '500',
        ...portalVariables([portal]),
        ...variables,
      },
      timeoutMs: 60_000,
    });
    started.push(app);
    return app;
  }

  const call = async (app: AppProcess, method: string, target: string, body?: object) => {
    const response = await fetch(app.url + target, {
      method,
      redirect: 'manual',
      headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      location: response.headers.get('location') ?? '',
      text,
      json: text === '' ? {} : JSON.parse(text),
    };
  };
  const open = (app: AppProcess) => call(app, 'POST', '/api/educates/sessions', { workshop: 'git-basics' });

  async function signUp(app: AppProcess, email = 'ada@example.org'): Promise<void> {
    const response = await fetch(`${app.url}/api/v1/auth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password: 'correct horse battery' }),
    });
    token = ((await response.json()) as { data: { accessToken: string } }).data.accessToken;
  }

  it.each([
    ['before the portal has done anything', { kind: 'hang' }],
    ['after the portal has made the session', { kind: 'slow', milliseconds: 60_000 }],
  ] as const)('gives the learner one session although it was killed while it asked for it, %s', async (_, fault) => {
    const first = await start({ EDUCATES_RECONCILE_INTERVAL: '3600000' });
    await signUp(first);
    portal.failNext(fault, { operation: 'request' });
    const broken = open(first).catch(() => 'broken');
    await waitFor(() => portal.countOf('request') === 1);
    if (fault.kind === 'slow') await waitFor(() => portal.sessions.length === 1);
    first.kill('SIGKILL');
    expect(await broken).toBe('broken');

    const second = await start();
    const sessions = async () => (await call(second, 'GET', '/api/educates/sessions')).json.sessions;
    if (fault.kind === 'slow') await waitFor(async () => (await sessions())[0]?.state === 'pending');
    const again = await open(second);
    expect([again.status, again.json.id]).toEqual([200, (await sessions())[0]?.id]);
    const launch = await call(second, 'GET', `/api/educates/sessions/${again.json.id}/launch`);
    expect(launch.status).toBe(302);
    expect((await portal.activate(launch.location)).status).toBe(302);
    await waitFor(async () => (await sessions())[0]?.state === 'running');
    expect(portal.sessions.filter(({ owner }) => owner !== null)).toHaveLength(1);
  });

  const living = () =>
    portal.sessions.filter(({ owner, state }) => owner !== null && !['STOPPING', 'STOPPED'].includes(state));
  const mine = async (app: AppProcess) => (await call(app, 'GET', '/api/educates/sessions')).json.sessions;

  /** As many more people as there is room for get a session, and the next one does not. */
  async function expectRoomFor(app: AppProcess, free: number): Promise<void> {
    for (let person = 0; person <= free; person += 1) {
      await signUp(app, `person${person}@example.org`);
      expect((await open(app)).status).toBe(person < free ? 201 : 503);
    }
    expect(living()).toHaveLength(3);
  }

  it('finds a session whose answer was lost, and counts it once, although it was killed during the check that looked for it', async () => {
    portal.failNext({ kind: 'hang' }, { operation: 'catalog-environments' });
    portal.failNext({ kind: 'slow', milliseconds: 60_000 }, { operation: 'request' });
    const first = await start();
    await signUp(first);
    const broken = open(first).catch(() => 'broken');
    await waitFor(() => living().length === 1 && portal.countOf('catalog-environments') > 0, { timeoutMs: 60_000 });
    first.kill('SIGKILL');
    expect(await broken).toBe('broken');

    const second = await start();
    await waitFor(async () => (await mine(second))[0]?.state === 'pending', { timeoutMs: 60_000 });
    expect(await mine(second)).toHaveLength(1);
    await expectRoomFor(second, 2);
  });

  it('ends what nobody wants any more although it was killed while it did', async () => {
    const first = await start();
    await signUp(first);
    const { id } = (await open(first)).json;
    portal.failNext({ kind: 'connection-reset' }, { operation: 'authorize', times: 4 });
    // The request and a check can both be at it.
    portal.failNext({ kind: 'hang' }, { operation: 'terminate', times: 2 });
    expect((await call(first, 'POST', `/api/educates/sessions/${id}/terminate`)).json.state).toBe('stopping');
    await waitFor(() => portal.countOf('terminate') >= 1, { timeoutMs: 60_000 });
    expect(living()).toHaveLength(1);
    first.kill('SIGKILL');
    await first.exited;

    const second = await start();
    await waitFor(() => living().length === 0, { timeoutMs: 60_000 });
    await portal.advanceTime(3);
    await waitFor(async () => (await mine(second))[0]?.state === 'ended', { timeoutMs: 60_000 });
    expect(await mine(second)).toMatchObject([{ id, endReason: 'terminated' }]);
    await expectRoomFor(second, 3);
  });

  it('writes no credential into its log, however much it logs and whatever goes wrong', async () => {
    const app = await start({ LOG_LEVEL: 'trace' });
    await signUp(app);
    const secrets: string[] = [portal.credentials.password, portal.credentials.clientSecret];
    const session = (await open(app)).json;
    const launchUrl = new URL(session.launchUrl);
    secrets.push(launchUrl.searchParams.get('ticket') ?? '');
    await fetch(launchUrl, { redirect: 'manual' });
    const logoToken = (await call(app, 'POST', '/api/educates/workshops/campus/token')).json.access_token as string;
    secrets.push(logoToken);
    await call(app, 'POST', '/api/educates/workshops/campus/campus-w01/request');
    for (const fault of [
      { kind: 'reply', status: 200, body: '{"url":7}' },
      { kind: 'reply', status: 500, body: '<h1>Server Error (500)</h1>' },
      { kind: 'reply', status: 302, headers: { location: '/accounts/login/' } },
      { kind: 'connection-reset' },
    ] as const) {
      portal.failNext(fault, { operation: 'request', times: 4 });
      await call(app, 'POST', '/api/educates/workshops/campus/campus-w01/request');
    }
    portal.expireAccessTokens();
    await call(app, 'POST', '/api/educates/workshops/campus/campus-w01/request');
    await call(app, 'POST', `/api/educates/sessions/${session.id}/terminate`);
    await portal.redeploy({ credentials: { password: 'changed to another' } });
    await call(app, 'GET', '/api/educates/portals');
    await waitFor(() => app.output().includes('misconfigured'));
    await call(app, 'POST', '/api/educates/workshops/campus/campus-w01/request');

    for (const { authorization, body, query } of portal.requests) {
      secrets.push(authorization?.replace('Bearer ', '') ?? '');
      secrets.push(new URLSearchParams(body).get('refresh_token') ?? '');
      secrets.push(query.get('analytics_url')?.split('/').at(-1) ?? '');
    }
    for (const delivery of portal.webhooks) secrets.push(delivery.url.split('/').at(-1) ?? '');
    const activationTokens = portal.sessions.map((each) => each.token ?? '');
    const unique = [...new Set([...secrets, ...activationTokens])].filter((secret) => secret !== '');
    expect(unique.length).toBeGreaterThan(6);
    const output = app.output();
    expect(output).toContain('/api/educates/webhooks/analytics/');
    expect(unique.filter((secret) => output.includes(secret))).toEqual([]);
    expect(output).not.toContain('/activate/?');
  });
});
