import { Database } from '../../src/platform/database/database.js';
import { SyncSchedulesRepository } from '../../src/modules/integrations/sync/sync-schedules.repository.js';
import { useStandInConnector } from '../support/sync/stand-in-connector.js';
import { SyncStandIn } from '../support/sync/sync-stand-in.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { waitFor } from '../support/wait-for.js';
import { startReplica } from './integrations-robot.js';
import { SyncRobot } from './sync-robot.js';

jest.setTimeout(120_000);

describe('runs of integrations', () => {
  let app: TestApp;
  let standIn: SyncStandIn;
  let robot: SyncRobot;
  beforeAll(async () => {
    [app, standIn] = await Promise.all([startTestApp(), SyncStandIn.start()]);
    robot = new SyncRobot(app, standIn);
  });
  afterAll(async () => {
    await standIn.stop();
    await app.stop();
  });
  beforeEach(() => standIn.forgetTroubles());

  // eslint-disable-next-line typescript/no-explicit-any -- rows of every shape
  const query = (sql: string, parameters: unknown[] = []): Promise<any[]> =>
    app.app.get(Database).manager().query(sql, parameters);
  const makeDue = (ids: string[]) =>
    query(`UPDATE sync_schedules SET due_at = now() WHERE integration_id = ANY ($1) AND run_id IS NULL`, [ids]);
  const hanging = async (overrides: Record<string, unknown> = {}) => {
    const made = await robot.pullFrom({ a: { n: 1 } }, overrides);
    standIn.troubleNext(made.path, { hangs: true });
    const runId = await robot.start(made.id);
    await waitFor(() => standIn.reads.some(({ path }) => path === made.path));
    return { ...made, runId };
  };

  it('come by their schedule, and keep its phase', async () => {
    const { id } = await robot.pullFrom({ a: { n: 1 } }, { syncFrequency: 3600 });
    const { nextRunAt } = await robot.status(id);
    expect(Date.parse(nextRunAt) - Date.now()).toBeLessThanOrEqual(3_600_000);
    await makeDue([id]);
    const { id: runId } = await waitFor(async () => (await robot.status(id)).lastRun);
    expect(await robot.end(id, runId)).toMatchObject({ trigger: 'schedule', state: 'succeeded', nextRunAt });
    expect((await robot.status(id)).nextRunAt).toBe(nextRunAt);
  });

  it('come by a cron expression in its zone', async () => {
    const timing = { syncFrequency: 0, syncCron: '30 6 * * *', syncTimeZone: 'Asia/Tokyo' };
    const { id } = await robot.pullFrom({}, timing);
    const { nextRunAt, cron, timeZone } = await robot.status(id);
    expect([cron, timeZone, nextRunAt.slice(11)]).toEqual(['30 6 * * *', 'Asia/Tokyo', '21:30:00.000Z']);
    await robot.expect(200, 'PUT', `/${id}`, { syncFrequency: 600 });
    expect(await robot.status(id)).toMatchObject({ cron: null, frequency: 600, nextRunAt: expect.any(String) });
    await robot.expect(200, 'PUT', `/${id}`, { syncFrequency: 0 });
    expect(await robot.status(id)).toMatchObject({ frequency: 0, nextRunAt: null });
  });

  it('come for integrations that were active before there were schedules', async () => {
    const { id } = await robot.pullFrom({ a: { n: 1 } });
    await query(`DELETE FROM sync_schedules WHERE integration_id = $1`, [id]);
    await robot.expect(200, 'PUT', `/${id}`, { syncFrequency: 60 });
    expect(await robot.status(id)).toMatchObject({ state: 'idle', nextRunAt: expect.any(String) });
    await query(`DELETE FROM sync_schedules WHERE integration_id = $1`, [id]);
    expect((await robot.sync(id)).state).toBe('succeeded');
  });

  it.each([
    [{ syncFrequency: 29 }, 'syncFrequency'],
    [{ syncCron: '* * * * * *' }, 'syncCron'],
    [{ syncCron: '0 0 30 2 *' }, 'syncCron'],
    [{ syncCron: '0 6 * * *', syncFrequency: 60 }, 'syncCron'],
    [{ syncCron: '0 6 * * *', syncTimeZone: 'Mars/Base' }, 'syncTimeZone'],
    [{ syncTimeZone: '+02:00' }, 'syncTimeZone'],
  ])('must have times that come: %j', async (timing, field) => {
    const config = { endpoint: standIn.url('/x') };
    const { json } = await robot.expect(422, 'POST', '', { name: `Timing ${field}`, type: 'api', config, ...timing });
    expect(json.errors).toEqual([expect.objectContaining({ field })]);
  });

  it('of one integration are never two', async () => {
    const { id, runId } = await hanging({ syncFrequency: 60 });
    expect(await robot.status(id)).toMatchObject({ state: 'running', currentRunId: runId, nextRunAt: null });
    const refused = await robot.expect(409, 'POST', `/${id}/sync`);
    expect(refused.json).toMatchObject({ code: 'sync.already-running', runId });
    await robot.expect(200, 'POST', `/${id}/runs/${runId}/cancel`);
    await robot.end(id, runId);
  });

  it('are cancelled, and keep what they have stored', async () => {
    const { id, path } = await robot.pullFrom({ a: { n: 1 }, b: { n: 2 } }, { syncFrequency: 60 });
    standIn.source(path).pageSize = 1;
    standIn.troubleNext(path, {}, { hangs: true });
    const runId = await robot.start(id);
    await waitFor(async () => (await robot.run(id, runId)).counts.created === 1);
    expect((await robot.expect(200, 'POST', `/${id}/runs/${runId}/cancel`)).json.run.isCancelRequested).toBe(true);
    expect(await robot.end(id, runId)).toMatchObject({ state: 'cancelled', error: null, counts: { created: 1 } });
    expect((await robot.expect(409, 'POST', `/${id}/runs/${runId}/cancel`)).json.code).toBe('sync.run-over');
    expect(await robot.status(id)).toMatchObject({ isPassUnfinished: true, consecutiveFailures: 0 });
    expect((await robot.sync(id)).counts).toMatchObject({ read: 1, created: 1 });
  });

  it('stop when their integration is deactivated, and go on when it is active again', async () => {
    const { id, runId } = await hanging({ syncFrequency: 60 });
    await robot.expect(200, 'POST', `/${id}/deactivate`);
    expect((await robot.end(id, runId)).state).toBe('cancelled');
    expect(await robot.status(id)).toMatchObject({ state: 'inactive', nextRunAt: null });
    expect((await robot.expect(409, 'POST', `/${id}/sync`)).json.code).toBe('integrations.inactive');
    await robot.expect(200, 'POST', `/${id}/activate`);
    expect(await robot.status(id)).toMatchObject({ state: 'idle', nextRunAt: expect.any(String) });
    expect((await robot.sync(id)).state).toBe('succeeded');
  });

  it('begin anew when the source is another one, and store nothing more of the old one', async () => {
    const { id, path, runId } = await hanging();
    const config = { endpoint: standIn.url(path), syncEndpoint: standIn.url('/elsewhere') };
    standIn.source('/elsewhere').records.set('z', { n: 26 });
    await robot.expect(200, 'PUT', `/${id}`, { config });
    expect((await robot.end(id, runId)).state).toBe('cancelled');
    expect(await robot.status(id)).toMatchObject({ checkpoint: null, isPassUnfinished: false });
    await robot.sync(id);
    expect(await robot.records(id)).toEqual({ z: { n: 26 } });
  });

  it('do not come while it is paused, but by hand', async () => {
    const { id } = await robot.pullFrom({ a: { n: 1 } }, { syncFrequency: 60 });
    await robot.expect(200, 'POST', `/${id}/sync/pause`);
    expect(await robot.status(id)).toMatchObject({ state: 'paused', pauseReason: 'admin', nextRunAt: null });
    expect(await robot.sync(id)).toMatchObject({ state: 'succeeded', nextRunAt: null });
    expect((await robot.status(id)).state).toBe('paused');
    await robot.expect(200, 'POST', `/${id}/sync/resume`);
    expect(await robot.status(id)).toMatchObject({ state: 'idle', pauseReason: null, nextRunAt: expect.any(String) });
  });

  it('read everything after a reset', async () => {
    const { id } = await robot.pullFrom({ a: { n: 1 } });
    await robot.sync(id);
    expect((await robot.status(id)).checkpoint).toEqual({ offset: 0 });
    await robot.expect(200, 'POST', `/${id}/sync/reset`);
    expect((await robot.status(id)).checkpoint).toBeNull();
    expect((await robot.sync(id)).counts).toMatchObject({ read: 1, unchanged: 1 });
  });

  it('are not for integrations that have nothing to synchronise', async () => {
    const webhook = await robot.createActive();
    const plain = await robot.createActive({ type: 'api', config: { endpoint: standIn.url('/x') }, syncFrequency: 60 });
    for (const id of [webhook, plain]) {
      expect(await robot.status(id)).toMatchObject({ direction: null, state: 'none', nextRunAt: null });
      for (const action of ['', '/pause', '/resume', '/reset']) {
        const { json } = await robot.expect(422, 'POST', `/${id}/sync${action}`);
        expect(json.code).toBe('sync.nothing-to-do');
      }
      // A row of an upgrade that is due although there is nothing to do.
      await makeDue([id]);
      await waitFor(
        async () =>
          (await query(`SELECT FROM sync_schedules WHERE due_at IS NOT NULL AND integration_id = $1`, [id])).length ===
          0,
      );
      expect((await robot.expect(200, 'GET', `/${id}/runs`)).json.runs).toEqual([]);
    }
    const unknown = '01a1fb50-75b7-7c68-af21-85d58d30fab7';
    for (const path of ['sync', 'runs', 'records', 'rejected-inputs', 'push-items', `runs/${unknown}`]) {
      await robot.expect(404, 'GET', `/${unknown}/${path}`);
    }
    await robot.expect(404, 'POST', `/${unknown}/sync`);
    const { id } = await robot.pullFrom({});
    expect((await robot.expect(404, 'POST', `/${id}/runs/${unknown}/cancel`)).json.code).toBe('sync.run-not-found');
    await robot.expect(400, 'GET', `/${id}/runs?state=lost`);
    await robot.expect(400, 'GET', `/${id}/runs/x`);
  });

  it('are for admins alone', async () => {
    const { id } = await robot.pullFrom({ a: { n: 1 } });
    const routes = [
      ['GET', 'sync'],
      ['POST', 'sync'],
      ['POST', 'sync/pause'],
      ['POST', 'sync/resume'],
      ['POST', 'sync/reset'],
      ['GET', 'runs'],
      ['GET', `runs/${id}`],
      ['POST', `runs/${id}/cancel`],
      ['GET', 'records'],
      ['GET', 'records/a'],
      ['GET', 'rejected-inputs'],
      ['GET', 'push-items'],
      ['POST', 'push-items/retry'],
      ['POST', `push-items/${id}/retry`],
    ] as const;
    for (const [method, path] of routes) {
      expect((await app.request(method, `/api/integrations/${id}/${path}`)).status).toBe(401);
    }
    expect((await robot.status(id)).lastRun).toBeNull();
  });

  it('take no longer than they may, and go on in the next one', async () => {
    const slow = await startTestApp({ SYNC_RUN_TIMEOUT: '1s' });
    try {
      const other = new SyncRobot(slow, standIn);
      const { id, path } = await other.pullFrom({ a: { n: 1 }, b: { n: 2 } });
      standIn.source(path).pageSize = 1;
      standIn.troubleNext(path, {}, { hangs: true }, { hangs: true });
      expect(await other.sync(id)).toMatchObject({
        state: 'partial',
        error: { kind: 'timeout' },
        counts: { created: 1 },
      });
      expect(await other.sync(id)).toMatchObject({ state: 'failed', error: { kind: 'timeout' } });
      expect((await other.sync(id)).counts).toMatchObject({ created: 1 });
    } finally {
      await slow.stop();
    }
  });

  it('go on in another process at once when theirs stops, and each due one runs once', async () => {
    const replica = await startReplica(app);
    useStandInConnector(replica.app);
    let isStopped = false;
    try {
      const many = await Promise.all(
        Array.from({ length: 40 }, () => robot.pullFrom({ a: { n: 1 } }, { syncFrequency: 3600 })),
      );
      const ids = many.map(({ id }) => id);
      await makeDue(ids);
      await waitFor(
        async () =>
          (await query(`SELECT FROM sync_runs WHERE integration_id = ANY ($1) AND state = 'succeeded'`, [ids]))
            .length === ids.length,
        { timeoutMs: 60_000 },
      );
      const reads = many.map(({ path }) => standIn.reads.filter((read) => read.path === path).length);
      expect(reads.every((count) => count === 1)).toBe(true);

      // Only the replica has room for this one: the tick of the application is not asked.
      const { id, path } = await robot.pullFrom(
        Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`k${n}`, { n }])),
      );
      Object.assign(standIn.source(path), { pageSize: 1, delayMs: 20 });
      const run = (await replica.admin('POST', `/${id}/sync`)).json.run;
      await waitFor(async () => (await robot.run(id, run.id)).counts.read > 3);
      await replica.stop();
      isStopped = true;
      const end = await robot.end(id, run.id);
      expect(end).toMatchObject({ state: 'succeeded', counts: { read: 200, created: 200 } });
      expect(end.takeovers).toBeLessThanOrEqual(1);
    } finally {
      if (!isStopped) await replica.stop();
    }
  });

  it('that lost their lease can store nothing', async () => {
    const { id, path } = await robot.pullFrom({ a: { n: 1 }, b: { n: 2 } });
    Object.assign(standIn.source(path), { pageSize: 1, delayMs: 200 });
    const runId = await robot.start(id);
    await waitFor(async () => (await robot.run(id, runId)).counts.read === 1);
    // Another process has it, as after a pause of this one that was too long.
    await query(
      `UPDATE sync_schedules SET lease_token = gen_random_uuid(), due_at = now() + interval '2 seconds' WHERE integration_id = $1`,
      [id],
    );
    const end = await robot.end(id, runId);
    expect(end).toMatchObject({ state: 'succeeded', takeovers: 1, counts: { read: 2, created: 2 } });
  });

  it('that are late, fail or are paused can be measured', async () => {
    const { id, path } = await robot.pullFrom({ a: { n: 1 } });
    standIn.troubleNext(path, { status: 500 });
    await robot.sync(id);
    const { lagSeconds, troubled } = await app.app.get(SyncSchedulesRepository).measure();
    expect(lagSeconds).toBeGreaterThanOrEqual(0);
    expect(troubled).toContainEqual(
      expect.objectContaining({
        integrationId: id,
        consecutiveFailures: 1,
        lastError: expect.stringContaining('500'),
        pausedAt: null,
      }),
    );
  });
});
