import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { DataSource } from 'typeorm';
import { GuestCleanUp } from '../../src/modules/identity/users/guest-clean-up.js';
import { registerGuest, registerPerson, type Person } from '../identity/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { waitFor } from '../support/wait-for.js';
import { deviceEvent as event, hoursAgo, ProgressRobot, right, wrong } from './progress-robot.js';

const exerciseId = 'E0_greet';

describe('progress', () => {
  let app: TestApp;
  let portal: ProgressRobot;
  beforeAll(async () => {
    app = await startTestApp({ PROGRESS_SYNC_MAX_EVENTS: '50', PROGRESS_EXERCISE_MAX_EVENTS: '60' });
    portal = new ProgressRobot(app);
  });
  afterAll(() => app.stop());

  const call = (person: Person, method: string, path: string, body?: unknown) =>
    portal.call(person, method, path, body);
  const add = (person: Person, body: unknown) => call(person, 'POST', '/progress', body);
  const sync = (person: Person, events: unknown[]) => portal.sync(person, events);
  const progressOf = (person: Person, id = exerciseId) => portal.data(person, `/progress/${id}`);
  const execute = (person: Person, code: string) => portal.submit(person, code);

  it('begins with nothing, and says so', async () => {
    const ada = await registerPerson(app);
    expect(await progressOf(ada)).toEqual({
      userId: ada.id,
      exerciseId,
      completed: false,
      attempts: 0,
      timeSpent: 0,
      progressPercent: 0,
      hintsUsed: 0,
    });
    expect((await call(ada, 'GET', '/progress')).json).toMatchObject({ data: [], pagination: { total: 0 } });
    expect((await call(ada, 'GET', '/progress/E9_none')).status).toBe(404);
  });

  it('counts an event of a device once, however often and from wherever it comes', async () => {
    const ada = await registerPerson(app);
    const tried = event({ attempted: true, timeSpent: 90, hintsUsed: 1, code: wrong, occurredAt: hoursAgo(3) });
    for (const body of [tried, tried, { ...tried, eventId: tried.eventId.toUpperCase() }]) {
      expect((await add(ada, body)).json.data).toMatchObject({ attempts: 1, timeSpent: 90, hintsUsed: 1 });
    }
    const answer = (await sync(ada, [tried, tried])).json.data;
    expect(answer).toMatchObject({ applied: 0, duplicates: 2, refused: 0 });
    expect(await progressOf(ada)).toMatchObject({
      attempts: 1,
      timeSpent: 90,
      lastCode: wrong,
      lastCodeAt: tried['occurredAt'],
    });
  });

  it('refuses another event under a name that is taken', async () => {
    const ada = await registerPerson(app);
    const first = event({ timeSpent: 10 });
    await add(ada, first);
    const reused = await add(ada, { ...first, timeSpent: 20 });
    expect([reused.status, reused.json.code]).toEqual([409, 'progress.event-id-reused']);
    expect(await progressOf(ada)).toMatchObject({ timeSpent: 10 });
    const grace = await registerPerson(app);
    expect((await add(grace, { ...first, timeSpent: 20 })).status).toBe(200);
  });

  it('notes a claim of completion, and completes only by a run of its own', async () => {
    const ada = await registerPerson(app);
    const claimed = (await add(ada, event({ completed: true, attempted: true, code: right }))).json.data;
    expect(claimed).toMatchObject({ completed: false, completionClaimedAt: expect.any(String), progressPercent: 0 });
    expect(claimed).not.toHaveProperty('bestSolution');

    await execute(ada, wrong);
    const failed = await progressOf(ada);
    expect(failed).toMatchObject({ completed: false, attempts: 2 });
    expect(failed.progressPercent).toBeLessThan(100);
    await execute(ada, right);
    const done = await progressOf(ada);
    expect(done).toMatchObject({
      completed: true,
      attempts: 3,
      progressPercent: 100,
      bestScore: 100,
      bestSolution: right,
    });

    await execute(ada, wrong);
    await add(ada, event({ completed: false }));
    expect(await progressOf(ada)).toMatchObject({
      completed: true,
      completedAt: done.completedAt,
      bestSolution: right,
    });
  });

  it('does not trust clocks: the future is now, the distant past is refused', async () => {
    const ada = await registerPerson(app);
    const future = (await add(ada, event({ occurredAt: '2099-01-01T00:00:00Z', code: 'future' }))).json.data;
    expect(Date.parse(future.lastActivityAt)).toBeLessThanOrEqual(Date.now());
    expect((await add(ada, event({ code: 'later' }))).json.data.lastCode).toBe('later');

    const old = await add(ada, event({ occurredAt: hoursAgo(24 * 31) }));
    expect([old.status, old.json.code]).toEqual([422, 'progress.event-too-old']);
    expect((await add(ada, event({ timeSpent: 1e9 }))).json.data.timeSpent).toBe(3600);
  });

  it('judges every event of a batch by itself', async () => {
    const ada = await registerPerson(app);
    const good = event({ timeSpent: 5 });
    const { status, json } = await sync(ada, [
      good,
      event({ exerciseId: 'E9_none' }),
      event({ occurredAt: hoursAgo(24 * 365) }),
      event({ timeSpent: -1 }),
      event({ timeSpent: '5' }),
      event({ occurredAt: '2026-11-20T12:00:00' }),
      event({ occurredAt: '2026-W47-5T12:00:00Z' }),
      event({ admin: true }),
      event({ code: 'a\0b' }),
      { exerciseId },
      null,
      'text',
      [],
      { ...good, timeSpent: 6 },
      good,
      event({ timeSpent: 7 }),
    ]);
    expect(status).toBe(200);
    expect(json.data.results.map(({ outcome, code }: Record<string, string>) => code ?? outcome)).toEqual([
      'applied',
      'exercises.not-found',
      'progress.event-too-old',
      ...Array.from({ length: 10 }, () => 'request.invalid'),
      'progress.event-id-reused',
      'duplicate',
      'applied',
    ]);
    expect(json.data).toMatchObject({ applied: 2, duplicates: 1, refused: 13, progress: [{ timeSpent: 12 }] });
    expect(json.data.results[0]).toEqual({ index: 0, eventId: good.eventId, outcome: 'applied' });
    expect(json.data.results[5].message).toContain('occurredAt');
  });

  it('bounds batches, and events about one exercise', async () => {
    const ada = await registerPerson(app);
    const many = Array.from({ length: 51 }, () => event());
    expect((await sync(ada, many)).json.errors).toMatchObject([{ field: 'events' }]);
    expect((await sync(ada, many.slice(0, 50))).json.data.applied).toBe(50);
    const last = (
      await sync(
        ada,
        Array.from({ length: 11 }, () => event()),
      )
    ).json.data;
    expect(last).toMatchObject({ applied: 10, refused: 1 });
    expect(last.results[10].code).toBe('progress.too-many-events');
    expect((await sync(ada, [])).json.data).toMatchObject({ results: [], progress: [] });
    for (const body of [{}, { events: {} }, { events: [], more: 1 }]) {
      expect((await call(ada, 'POST', '/progress/sync', body)).status).toBe(400);
    }
  });

  it('counts a batch once when two devices send it at the same time', async () => {
    const ada = await registerPerson(app);
    const batch = Array.from({ length: 20 }, (_, index) =>
      event({ exerciseId: index % 2 === 0 ? exerciseId : 'E1_tip_calc', attempted: true, timeSpent: 1 }),
    );
    const running = execute(ada, right);
    const answers = await Promise.all(
      [batch, batch.toReversed(), batch, batch.toReversed()].map((events) => sync(ada, events)),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    await running;
    const applied = answers.map(({ json }) => json.data.applied as number);
    expect(applied.reduce((sum, count) => sum + count, 0)).toBe(20);
    expect(await progressOf(ada)).toMatchObject({ attempts: 11, timeSpent: 10, completed: true });
    expect(await progressOf(ada, 'E1_tip_calc')).toMatchObject({ attempts: 10, timeSpent: 10 });
  });

  it('ends the same for any order and any split over devices', async () => {
    const happened = fc.record({
      exerciseId: fc.constantFrom(exerciseId, 'E1_tip_calc'),
      occurredAt: fc.integer({ min: 1, max: 5 }).map(hoursAgo),
      attempted: fc.boolean(),
      completed: fc.boolean(),
      timeSpent: fc.nat(5000),
      hintsUsed: fc.nat(5),
      code: fc.constantFrom('a', 'b', 'c'),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(happened, { minLength: 1, maxLength: 10 }).chain((list) => {
          const events = list.map((fields) => event(fields));
          return fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length }), fc.nat(10));
        }),
        async ([events, shuffled, cut]) => {
          const [inOrder, elsewhere] = await Promise.all([registerPerson(app), registerPerson(app)]);
          await sync(inOrder, events);
          const devices = [shuffled.slice(cut), shuffled.slice(0, cut + 2), events.slice(0, 3)];
          for (const batch of devices) await sync(elsewhere, batch);
          const [one, other] = await Promise.all(
            [inOrder, elsewhere].map(async (person) => (await call(person, 'GET', '/progress')).json.data),
          );
          const known = (list: { userId: string }[]) => list.map((facts) => ({ ...facts, userId: '' }));
          expect(known(other)).toEqual(known(one));
        },
      ),
      { numRuns: 10 },
    );
  });

  it('is kept when a guest becomes a student, once', async () => {
    const guest = await registerGuest(app);
    const offline = event({ attempted: true, timeSpent: 60 });
    await sync(guest, [offline]);
    const upgrade = () =>
      app.request('POST', '/api/v1/auth/upgrade', {
        token: guest.accessToken,
        body: { email: `${randomUUID()}@example.org`, password: 'correct horse battery' },
      });
    const student = { ...guest, accessToken: (await upgrade()).json.data.accessToken as string };
    expect((await upgrade()).status).toBe(401);
    expect((await app.request('POST', '/api/v1/progress', { token: guest.accessToken, body: event() })).status).toBe(
      401,
    );
    // The device sends its queue again after the sign-in.
    expect((await sync(student, [offline])).json.data).toMatchObject({
      duplicates: 1,
      progress: [{ attempts: 1, timeSpent: 60 }],
    });
  });

  it('is deleted with a guest who stayed away, and with nobody else', async () => {
    const [gone, stays] = [await registerGuest(app), await registerGuest(app)];
    for (const guest of [gone, stays]) await add(guest, event({ timeSpent: 1 }));
    const sql = (text: string, values: unknown[]) => app.app.get(DataSource).query(text, values);
    await sql(`UPDATE users SET created_at = now() - interval '99 days' WHERE id = $1`, [gone.id]);
    await sql(`UPDATE sessions SET last_used_at = now() - interval '99 days' WHERE user_id = $1`, [gone.id]);
    await app.app.get(GuestCleanUp).run();
    for (const table of ['exercise_progress', 'progress_events']) {
      const left = () => sql(`SELECT user_id AS id FROM ${table} WHERE user_id IN ($1, $2)`, [gone.id, stays.id]);
      await waitFor(async () => (await left()).length === 1, { what: `one guest less in ${table}` });
      expect(await left()).toEqual([{ id: stays.id }]);
    }
  });

  it('is nobody else’s, and pages', async () => {
    const [ada, grace] = [await registerPerson(app), await registerPerson(app)];
    await sync(
      ada,
      ['E0_greet', 'E1_tip_calc', 'E2_initials'].map((id, index) =>
        event({ exerciseId: id, occurredAt: hoursAgo(index + 1) }),
      ),
    );
    expect((await call(grace, 'GET', '/progress')).json.data).toEqual([]);
    const page = (await call(ada, 'GET', '/progress?limit=1&offset=1')).json;
    expect(page).toMatchObject({ data: [{ exerciseId: 'E1_tip_calc' }], pagination: { total: 3, hasNext: true } });
    expect((await call(ada, 'GET', '/progress?limit=0')).status).toBe(400);
    expect((await app.request('GET', '/api/v1/progress')).status).toBe(401);
    expect((await app.request('GET', '/api/v1/progress', { asAdmin: true })).status).toBe(403);
  });

  it('publishes what changed, and nothing for a repetition', async () => {
    const ada = await registerPerson(app);
    const tried = event({ attempted: true });
    await add(ada, tried);
    await add(ada, tried);
    await execute(ada, right);
    await execute(ada, right);
    const rows: { type: string }[] = await app.app
      .get(DataSource)
      .query(`SELECT type FROM events WHERE subject = $1 AND type LIKE '%.%' ORDER BY id`, [ada.id]);
    const types = rows.map(({ type }) => type).filter((type) => type !== 'user.registered');
    expect(types).toEqual(['progress.updated', 'progress.updated', 'exercise.completed', 'progress.updated']);
  });
});
