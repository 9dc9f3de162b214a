import { Database } from '../../src/platform/database/database.js';
import { SyncStandIn } from '../support/sync/sync-stand-in.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { waitFor } from '../support/wait-for.js';
import { SyncRobot } from './sync-robot.js';

describe('a push', () => {
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

  const waiting = (id: string, count: number) =>
    waitFor(async () => (await robot.items(id, 'waiting')).length >= count, { what: `${count} items of ${id}` });
  const grades = (path: string) =>
    standIn
      .batchesTo(path)
      .map(({ items }) => items.map(({ data }) => (data['data'] as { studentId: number }).studentId));
  /** Lets the time of all items that were refused come. */
  const makeDue = (id: string) =>
    app.app
      .get(Database)
      .manager()
      .query(`UPDATE push_items SET due_at = now() WHERE integration_id = $1 AND state = 'refused'`, [id]);

  it('sends events in their order, in batches, once', async () => {
    const { id, path } = await robot.pushTo({ events: ['grade.published'] }, { batchSize: 3, batchDelay: 1 });
    const ids: string[] = [];
    for (let studentId = 1; studentId <= 7; studentId += 1) ids.push(await robot.publishGrade({ studentId }));
    await waiting(id, 7);
    expect(await robot.sync(id)).toMatchObject({
      state: 'succeeded',
      direction: 'push',
      counts: { sent: 7, refused: 0 },
    });
    expect(grades(path)).toEqual([[1, 2, 3], [4, 5, 6], [7]]);
    const [first] = standIn.batchesTo(path);
    expect(first?.items[0]).toMatchObject({
      key: ids[0],
      isDeleted: false,
      data: { id: ids[0], event: 'grade.published', data: { studentId: 1, grade: 'A' } },
    });
    expect((await robot.sync(id)).counts.sent).toBe(0);
    expect(standIn.batchesTo(path)).toHaveLength(3);
    expect(await robot.items(id, 'sent')).toHaveLength(7);
  });

  it('collects only what it was told to, and nothing while it is inactive', async () => {
    const { id } = await robot.pushTo({ events: ['grade.published'] });
    const { id: other } = await robot.pushTo({ events: ['note.uploaded'] });
    const { id: resting } = await robot.pushTo({ events: ['*'] });
    await robot.expect(200, 'POST', `/${resting}/deactivate`);
    await robot.publishGrade();
    await waiting(id, 1);
    expect(await robot.items(other)).toEqual([]);
    // What was published before it was deactivated, that it was activated for example, may be there.
    const missed = (await robot.items(resting)).filter(({ data }) => data['event'] === 'grade.published');
    expect(missed).toEqual([]);
  });

  it('keeps refused items apart: some are tried again, some wait for somebody', async () => {
    const { id, path } = await robot.pushTo({ events: ['grade.published'] });
    const ids: string[] = [];
    for (let studentId = 1; studentId <= 3; studentId += 1) ids.push(await robot.publishGrade({ studentId }));
    await waiting(id, 3);
    standIn.refusals.set(ids[0] ?? '', { reason: 'is not known here yet', isRetryable: true });
    standIn.refusals.set(ids[1] ?? '', { reason: 'has no such student', isRetryable: false });
    expect(await robot.sync(id)).toMatchObject({ state: 'partial', error: null, counts: { sent: 1, refused: 2 } });
    const [refused] = await robot.items(id, 'refused');
    expect(refused).toMatchObject({ key: ids[0], attempts: 1, lastError: 'is not known here yet' });
    expect(Date.parse(refused.nextTryAt)).toBeGreaterThan(Date.now());
    const [failed] = await robot.items(id, 'failed');
    expect(failed).toMatchObject({ key: ids[1], lastError: 'has no such student', nextTryAt: null });

    standIn.forgetTroubles();
    // Its time has not come.
    expect((await robot.sync(id)).counts.sent).toBe(0);
    await makeDue(id);
    expect((await robot.sync(id)).counts.sent).toBe(1);
    await robot.expect(200, 'POST', `/${id}/push-items/${failed.id}/retry`);
    expect((await robot.sync(id)).counts.sent).toBe(1);
    expect(grades(path)).toEqual([[1, 2, 3], [1], [2]]);
    expect((await robot.expect(409, 'POST', `/${id}/push-items/${failed.id}/retry`)).json.code).toBe(
      'push-items.not-refused',
    );
    expect((await robot.expect(404, 'POST', `/${id}/push-items/${id}/retry`)).json.code).toBe('push-items.not-found');
  });

  it('sends all that failed again when somebody says so', async () => {
    const { id } = await robot.pushTo({ events: ['grade.published'] });
    const ids = [await robot.publishGrade(), await robot.publishGrade()];
    await waiting(id, 2);
    for (const each of ids) standIn.refusals.set(each, { reason: 'no', isRetryable: false });
    await robot.sync(id);
    standIn.forgetTroubles();
    expect((await robot.expect(200, 'POST', `/${id}/push-items/retry`)).json.retried).toBe(2);
    expect((await robot.sync(id)).counts.sent).toBe(2);
  });

  it('that fails sends the same batch again, before anything else', async () => {
    const { id, path } = await robot.pushTo({ events: ['grade.published'] }, { batchSize: 2 });
    for (let studentId = 1; studentId <= 3; studentId += 1) await robot.publishGrade({ studentId });
    await waiting(id, 3);
    standIn.troubleNext(path, { status: 503 });
    expect(await robot.sync(id)).toMatchObject({ state: 'failed', error: { kind: 'source' }, counts: { sent: 0 } });
    await robot.publishGrade({ studentId: 4 });
    await waiting(id, 2);
    expect((await robot.sync(id)).counts.sent).toBe(4);
    expect(grades(path)).toEqual([
      [1, 2],
      [1, 2],
      [3, 4],
    ]);
    const [first, again, other] = standIn.batchesTo(path);
    expect(again?.id).toBe(first?.id);
    expect(other?.id).not.toBe(first?.id);
  });

  describe('of the records of another integration', () => {
    it('sends what changed, of each record the newest, and deletions', async () => {
      const { id: source, path: from } = await robot.pullFrom({ a: { n: 1 }, b: { n: 1 } });
      await robot.sync(source);
      const { id, path } = await robot.pushTo({ recordsOf: source });
      expect((await robot.sync(id)).counts.sent).toBe(0);
      const { records } = standIn.source(from);
      records.set('a', { n: 2 });
      await robot.sync(source);
      records.set('a', { n: 3 });
      records.delete('b');
      await robot.sync(source);
      expect(await robot.items(id, 'waiting')).toHaveLength(2);
      expect((await robot.sync(id)).counts.sent).toBe(2);
      const items = standIn.batchesTo(path).flatMap((batch) => batch.items);
      expect(items).toEqual([
        { key: 'a', data: { n: 3 }, isDeleted: false },
        { key: 'b', data: { n: 1 }, isDeleted: true },
      ]);
      // Everything that is there once more, when somebody asks for it.
      await robot.expect(200, 'POST', `/${id}/sync/reset`);
      expect((await robot.sync(id)).counts.sent).toBe(1);
    });

    it('gives the place of what failed to a newer version', async () => {
      const { id: source, path: from } = await robot.pullFrom({ a: { n: 1 } });
      const { id, path } = await robot.pushTo({ recordsOf: source });
      await robot.sync(source);
      standIn.refusals.set('a', { reason: 'no', isRetryable: false });
      await robot.sync(id);
      standIn.forgetTroubles();
      standIn.source(from).records.set('a', { n: 2 });
      await robot.sync(source);
      expect(await robot.items(id)).toEqual([
        expect.objectContaining({ state: 'waiting', data: { n: 2 }, attempts: 0 }),
      ]);
      expect((await robot.sync(id)).counts.sent).toBe(1);
      expect(standIn.batchesTo(path).map(({ items }) => items[0]?.data)).toEqual([{ n: 1 }, { n: 2 }]);
    });

    it('drops a refused version when a newer one came in while it was on its way', async () => {
      const { id: source, path: from } = await robot.pullFrom({ a: { n: 1 } });
      const { id, path } = await robot.pushTo({ recordsOf: source });
      await robot.sync(source);
      standIn.troubleNext(path, { hangs: true });
      const runId = await robot.start(id);
      await waitFor(() => standIn.batchesTo(path).length > 0);
      standIn.source(from).records.set('a', { n: 2 });
      await robot.sync(source);
      await robot.expect(200, 'POST', `/${id}/runs/${runId}/cancel`);
      expect((await robot.end(id, runId)).state).toBe('cancelled');
      standIn.refusals.set('a', { reason: 'later', isRetryable: true });
      expect((await robot.sync(id)).counts).toMatchObject({ sent: 0, refused: 2 });
      expect(await robot.items(id)).toEqual([expect.objectContaining({ state: 'refused', data: { n: 2 } })]);
    });
  });

  it('does not tell an integration of itself, and tells others', async () => {
    const { id, path } = await robot.pushTo({ events: ['*'] });
    const { id: other } = await robot.pushTo({ events: ['integration.sync.failed'] });
    await robot.publishGrade();
    await waiting(id, 1);
    standIn.troubleNext(path, { status: 500 });
    await robot.sync(id);
    await waiting(other, 1);
    const types = (await robot.items(id)).map(({ data }) => data.event);
    expect(types).not.toContain('integration.sync.failed');
    await robot.delete(id);
    await robot.delete(other);
  });

  it.each([
    [{ events: ['no.such'] }, 'config.source.events.0'],
    [{ recordsOf: '01a1fb50-75b7-7c68-af21-85d58d30fab7' }, 'config.source.recordsOf'],
  ])('must be told what there is: %j', async (source, field) => {
    const config = { endpoint: standIn.url('/x'), source };
    const { json } = await robot.expect(422, 'POST', '', {
      name: `Wrong ${field}`,
      type: 'api',
      config,
    });
    expect(json.errors).toEqual([expect.objectContaining({ field })]);
  });
});
