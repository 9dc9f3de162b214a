import { Database } from '../../src/platform/database/database.js';
import { SyncStandIn } from '../support/sync/sync-stand-in.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { waitFor } from '../support/wait-for.js';
import { SyncRobot } from './sync-robot.js';

describe('a pull', () => {
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
  const eventsOf = async (id: string) =>
    query(
      `SELECT type, subject, data FROM events WHERE type LIKE 'record.%' AND data ->> 'integrationId' = $1 ORDER BY id`,
      [id],
    );

  it('stores records, tells of them, and changes nothing the second time', async () => {
    const { id, path } = await robot.pullFrom({ a: { n: 1 }, b: { n: 2 }, c: { n: 3, tags: ['x'] } });
    standIn.source(path).pageSize = 2;
    const first = await robot.sync(id);
    expect(first).toMatchObject({
      state: 'succeeded',
      direction: 'pull',
      trigger: 'manual',
      error: null,
      takeovers: 0,
      nextRunAt: null,
      counts: { read: 3, created: 3, updated: 0, unchanged: 0, deleted: 0, rejected: 0 },
    });
    expect(await robot.records(id)).toEqual({ a: { n: 1 }, b: { n: 2 }, c: { n: 3, tags: ['x'] } });
    expect(await eventsOf(id)).toEqual(
      ['a', 'b', 'c'].map((key) => expect.objectContaining({ type: 'record.created', subject: `record:${id}:${key}` })),
    );
    const rows = () => query(`SELECT key, changed_at, data FROM integration_records WHERE integration_id = $1`, [id]);
    const before = await rows();
    expect(await robot.sync(id)).toMatchObject({
      state: 'succeeded',
      counts: { read: 3, created: 0, updated: 0, unchanged: 3, deleted: 0 },
    });
    expect(await rows()).toEqual(before);
    expect(await eventsOf(id)).toHaveLength(3);
    expect((await robot.expect(200, 'GET', `/${id}`)).json.integration.lastSync).not.toBeNull();
  });

  it('finds what changed, what is gone and what is back, and says which members', async () => {
    const { id, path } = await robot.pullFrom({ a: { n: 1, old: 1 }, b: { n: 2 }, c: { n: 3 } });
    await robot.sync(id);
    const { records } = standIn.source(path);
    records.set('a', { n: 5, young: 1 });
    records.delete('b');
    expect((await robot.sync(id)).counts).toMatchObject({ updated: 1, deleted: 1, unchanged: 1, created: 0 });
    const [, , , updated, deleted] = await eventsOf(id);
    expect(updated).toMatchObject({
      type: 'record.updated',
      data: { key: 'a', record: { n: 5, young: 1 }, changed: ['n', 'old', 'young'] },
    });
    expect(deleted).toMatchObject({ type: 'record.deleted', data: { key: 'b', record: { n: 2 } } });
    const gone = (await robot.expect(200, 'GET', `/${id}/records?deleted=true`)).json.records;
    expect(gone).toEqual([expect.objectContaining({ key: 'b', data: { n: 2 }, deletedAt: expect.any(String) })]);
    records.set('b', { n: 2 });
    expect((await robot.sync(id)).counts).toMatchObject({ created: 1, deleted: 0 });
    expect((await robot.expect(200, 'GET', `/${id}/records/b`)).json.record.deletedAt).toBeNull();
  });

  it('takes nothing for gone when not everything was in the pass', async () => {
    const { id, path } = await robot.pullFrom({ a: { n: 1 }, b: { n: 2 } });
    await robot.sync(id);
    standIn.source(path).isFull = false;
    standIn.source(path).records.delete('b');
    expect((await robot.sync(id)).counts).toMatchObject({ read: 1, deleted: 0 });
    expect(Object.keys(await robot.records(id))).toEqual(['a', 'b']);
  });

  it('publishes no events where nobody wants them', async () => {
    const { id } = await robot.pullFrom({ a: { n: 1 } }, { changeEvents: false });
    expect((await robot.sync(id)).counts).toMatchObject({ created: 1 });
    expect(await eventsOf(id)).toEqual([]);
    expect((await robot.expect(200, 'GET', `/${id}`)).json.integration.changeEvents).toBe(false);
  });

  it('keeps what is no record for repair, once for each place, and stores the rest', async () => {
    const { id, path } = await robot.pullFrom({ good: { n: 1 }, nul: { text: 'a\0b' } });
    standIn.source(path).records.set('x'.repeat(600), { n: 2 });
    const input = { position: 'grades.csv, line 17', reason: 'has 4 columns instead of 5', excerpt: '4711;Ada' };
    standIn.source(path).extra = { rejected: [input] };
    expect(await robot.sync(id)).toMatchObject({ state: 'partial', error: null, counts: { created: 2, rejected: 2 } });
    await robot.sync(id);
    const { rejectedInputs, nextCursor } = (await robot.expect(200, 'GET', `/${id}/rejected-inputs?limit=1`)).json;
    const rest = (await robot.expect(200, 'GET', `/${id}/rejected-inputs?cursor=${nextCursor}`)).json.rejectedInputs;
    const all = [...rejectedInputs, ...rest];
    expect(all).toHaveLength(2);
    expect(all).toContainEqual(expect.objectContaining(input));
    expect(await robot.records(id)).toEqual({ good: { n: 1 }, nul: { text: 'a\uFFFDb' } });
  });

  it('goes on after a failure with the page that it has not stored', async () => {
    const { id, path } = await robot.pullFrom(
      Object.fromEntries(Array.from({ length: 5 }, (_, n) => [`k${n}`, { n }])),
    );
    standIn.source(path).pageSize = 2;
    standIn.troubleNext(path, {}, { status: 500 });
    const failed = await robot.sync(id);
    expect(failed).toMatchObject({
      state: 'failed',
      error: { kind: 'source', message: expect.stringContaining('500') },
    });
    const status = await robot.status(id);
    expect(status).toMatchObject({ state: 'idle', isPassUnfinished: true, consecutiveFailures: 1 });
    const { passNumber } = status;
    const done = await robot.sync(id);
    expect(done.state).toBe('succeeded');
    expect(failed.counts).toMatchObject({ read: 2, created: 2 });
    expect(done.counts).toMatchObject({ read: 3, created: 3, deleted: 0 });
    expect(standIn.reads.filter((read) => read.path === path)).toEqual(
      [0, 2, 2, 4].map((offset, index) => ({ path, offset, isResumed: index > 1 })),
    );
    const after = { passNumber, consecutiveFailures: 0, lastError: null, isPassUnfinished: false };
    expect(await robot.status(id)).toMatchObject(after);
  });

  it('tells of the first failure and of the recovery, and shows runs in the log', async () => {
    const { id, path } = await robot.pullFrom({ a: { n: 1 } });
    standIn.troubleNext(path, { status: 500 }, { status: 500 });
    for (let run = 0; run < 3; run += 1) await robot.sync(id);
    const told = await query(
      `SELECT type, data FROM events WHERE type LIKE 'integration.sync.%' AND subject = $1 ORDER BY id`,
      [`integration:${id}`],
    );
    expect(told).toEqual([
      { type: 'integration.sync.failed', data: expect.objectContaining({ integrationId: id, kind: 'source' }) },
      { type: 'integration.sync.recovered', data: expect.objectContaining({ integrationId: id }) },
    ]);
    const { logs } = (await robot.expect(200, 'GET', `/${id}/logs`)).json;
    expect(logs.map(({ kind, eventType, status }: Record<string, string>) => [kind, eventType, status])).toEqual([
      ['sync', 'sync.pull', 'success'],
      ['sync', 'sync.pull', 'error'],
      ['sync', 'sync.pull', 'error'],
    ]);
    const failed = (await robot.expect(200, 'GET', `/${id}/runs?state=failed&limit=1`)).json;
    expect(failed.runs).toHaveLength(1);
    const older = (await robot.expect(200, 'GET', `/${id}/runs?state=failed&cursor=${failed.nextCursor}`)).json;
    expect(older.runs).toHaveLength(1);
    expect(older.nextCursor).toBeNull();
  });

  it('that is throttled is no failure, and comes again when the source wants', async () => {
    const { id, path } = await robot.pullFrom({ a: { n: 1 } }, { syncFrequency: 3600 });
    standIn.troubleNext(path, { status: 429, retryAfterSeconds: 120 });
    const run = await robot.sync(id);
    expect(run).toMatchObject({ state: 'partial', error: { kind: 'throttled' } });
    const waitMs = Date.parse(run.nextRunAt) - Date.parse(run.finishedAt);
    expect(Math.round(waitMs / 10_000)).toBe(12);
    expect(await robot.status(id)).toMatchObject({ consecutiveFailures: 0, nextRunAt: run.nextRunAt });
  });

  it('pauses after three refusals of the credentials, until somebody changes them or resumes it', async () => {
    const { id, path } = await robot.pullFrom({ a: { n: 1 } }, { syncFrequency: 3600 });
    standIn.troubleNext(path, ...Array.from({ length: 3 }, () => ({ status: 401 })));
    for (let run = 0; run < 3; run += 1) await robot.sync(id);
    expect(await robot.status(id)).toMatchObject({
      state: 'paused',
      pauseReason: 'authentication',
      nextRunAt: null,
      consecutiveFailures: 3,
    });
    await robot.expect(200, 'PUT', `/${id}`, { authType: 'bearer', authConfig: { token: 'another-token-1234' } });
    expect(await robot.status(id)).toMatchObject({ state: 'idle', pauseReason: null, nextRunAt: expect.any(String) });
    expect((await robot.sync(id)).state).toBe('succeeded');
  });

  it('can be looked through by key, by change and page by page', async () => {
    const { id, path } = await robot.pullFrom(
      Object.fromEntries(Array.from({ length: 7 }, (_, n) => [`k/${n}`, { n }])),
    );
    await robot.sync(id);
    const since = new Date().toISOString();
    await waitFor(() => new Date().toISOString() > since);
    standIn.source(path).records.set('k/3', { n: 33 });
    standIn.source(path).records.set('k/5', { n: 55 });
    await robot.sync(id);
    const pages: string[][] = [];
    for (const first of ['limit=3', `limit=1&changedSince=${since}`]) {
      let cursor: string | null = '';
      const keys: string[] = [];
      while (cursor !== null) {
        const next: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
        const { json } = await robot.expect(200, 'GET', `/${id}/records?${first}${next}`);
        keys.push(...json.records.map(({ key }: { key: string }) => key));
        cursor = json.nextCursor;
      }
      pages.push(keys);
    }
    expect(pages).toEqual([Array.from({ length: 7 }, (_, n) => `k/${n}`), ['k/3', 'k/5']]);
    expect((await robot.expect(200, 'GET', `/${id}/records?key=k/3`)).json.records).toHaveLength(1);
    expect((await robot.expect(200, 'GET', `/${id}/records/${encodeURIComponent('k/3')}`)).json.record.data).toEqual({
      n: 33,
    });
    expect((await robot.expect(404, 'GET', `/${id}/records/none`)).json.code).toBe('records.not-found');
    expect((await robot.expect(422, 'GET', `/${id}/records?cursor=x`)).json.code).toBe('integrations.invalid-fields');
    for (const bad of ['deleted=maybe', 'changedSince=yesterday', 'limit=0']) {
      await robot.expect(400, 'GET', `/${id}/records?${bad}`);
    }
  });

  it('goes from its integration with everything that it stored', async () => {
    const { id, path } = await robot.pullFrom({ a: { n: 1 } });
    await robot.sync(id);
    standIn.troubleNext(path, { hangs: true });
    const runId = await robot.start(id);
    await waitFor(() => standIn.open > 0);
    await robot.delete(id);
    await waitFor(() => standIn.open === 0, { timeoutMs: 60_000 });
    expect(await query(`SELECT 1 FROM integration_records WHERE integration_id = $1`, [id])).toEqual([]);
    expect(await query(`SELECT state FROM sync_runs WHERE id = $1`, [runId])).toEqual([{ state: 'cancelled' }]);
    await robot.expect(404, 'GET', `/${id}/sync`);
    await robot.expect(404, 'GET', `/${id}/records`);
  });
});
