import { DataSource } from 'typeorm';
import { registerGuest, registerPerson, type Person } from '../identity/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { waitFor } from '../support/wait-for.js';
import { deviceEvent, hoursAgo, ProgressRobot, right, wrong } from './progress-robot.js';

describe('POST /progress/merge-guest', () => {
  let app: TestApp;
  let portal: ProgressRobot;
  beforeAll(async () => {
    app = await startTestApp();
    portal = new ProgressRobot(app);
  });
  afterAll(() => app.stop());

  const sql = (text: string, values: unknown[]) => app.app.get(DataSource).query(text, values);
  const merge = (who: Person, guest: Person) =>
    portal.call(who, 'POST', '/progress/merge-guest', { guestToken: guest.accessToken });

  it('ends where the account would be had it done everything itself, with what both have counted once', async () => {
    const [ada, guest] = [await registerPerson(app), await registerGuest(app)];
    const times = [50, 30, 2, 1, 0].map(hoursAgo) as [string, string, string, string, string];
    const days = new Set(times.map((time) => time.slice(0, 10)));
    const both = deviceEvent({ attempted: true, timeSpent: 10, occurredAt: times[1] });
    await portal.sync(ada, [both, deviceEvent({ attempted: true, timeSpent: 20, code: 'mine', occurredAt: times[2] })]);
    await portal.sync(guest, [
      both,
      deviceEvent({ attempted: true, timeSpent: 40, code: 'theirs', occurredAt: times[3] }),
      deviceEvent({ exerciseId: 'E5_math_utils', timeSpent: 5, occurredAt: times[0] }),
    ]);
    await portal.call(ada, 'POST', '/exercises/E0_greet/hints/next', {});
    await portal.call(guest, 'POST', '/exercises/E0_greet/hints/next', {});
    await portal.call(guest, 'POST', '/exercises/E0_greet/hints/next', {});
    await portal.submit(ada, wrong);
    await portal.submit(guest, right);

    expect((await merge(ada, guest)).json.data).toEqual({ exercises: 2 });
    expect(await portal.data(ada, '/progress/E0_greet')).toMatchObject({
      userId: ada.id,
      completed: true,
      attempts: 5,
      timeSpent: 70,
      hintsUsed: 2,
      bestSolution: right,
      lastCode: right,
    });
    expect(await portal.data(ada, '/progress/E5_math_utils')).toMatchObject({ timeSpent: 5 });
    expect(await portal.data(ada, '/progress/stats')).toMatchObject({ activeDays: days.size, completed: 1 });
    const completions = await sql(`SELECT 1 FROM events WHERE type = 'exercise.completed' AND subject = $1`, [ada.id]);
    expect(completions).toHaveLength(1);
    // The queue of the tablet comes in late, under the account.
    expect((await portal.sync(ada, [both])).json.data).toMatchObject({ duplicates: 1 });
  });

  it('works once: the guest is gone, which is recorded and published', async () => {
    const [ada, grace, guest] = [await registerPerson(app), await registerPerson(app), await registerGuest(app)];
    await portal.sync(guest, [deviceEvent({ attempted: true })]);
    const answers = await Promise.all([merge(ada, guest), merge(grace, guest), merge(ada, guest)]);
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(['200', '400', '400']);
    const counts = await Promise.all([ada, grace].map(async (who) => (await portal.data(who, '/progress')).length));
    expect(counts.toSorted((a, b) => a - b)).toEqual([0, 1]);

    expect((await portal.call(guest, 'GET', '/progress')).status).toBe(401);
    const refreshed = await app.request('POST', '/api/v1/auth/refresh', { body: { refreshToken: guest.refreshToken } });
    expect(refreshed.status).toBe(401);
    for (const table of ['exercise_progress', 'progress_events', 'exercise_test_results']) {
      expect(await sql(`SELECT 1 FROM ${table} WHERE user_id = $1`, [guest.id])).toEqual([]);
    }
    expect(
      await sql(`SELECT actor FROM audit_entries WHERE action = 'user.guest-merged' AND subject = $1`, [
        `user:${guest.id}`,
      ]),
    ).toHaveLength(1);
    await waitFor(async () => {
      const rows = await sql(
        `SELECT 1 FROM events WHERE type = 'user.removed' AND subject = $1 AND dispatched_at IS NOT NULL`,
        [guest.id],
      );
      return rows.length === 1;
    });
  });

  it('takes only the token of a guest, and only for an account', async () => {
    const [ada, grace, guest] = [await registerPerson(app), await registerPerson(app), await registerGuest(app)];
    const refused = await merge(ada, grace);
    expect([refused.status, refused.json.code]).toEqual([400, 'users.not-a-guest-token']);
    expect((await merge(ada, ada)).json.code).toBe('users.not-a-guest-token');
    for (const guestToken of [guest.refreshToken, `${guest.accessToken}x`, 'null', '.'.repeat(100)]) {
      const answer = await portal.call(ada, 'POST', '/progress/merge-guest', { guestToken });
      expect([answer.status, answer.json.code]).toEqual([400, 'users.not-a-guest-token']);
    }
    for (const body of [{}, { guestToken: 1 }, { guestToken: '' }, { guestToken: 'x'.repeat(2001) }]) {
      expect((await portal.call(ada, 'POST', '/progress/merge-guest', body)).status).toBe(400);
    }
    expect((await merge(guest, guest)).status).toBe(403);
    expect((await portal.call('nobody', 'POST', '/progress/merge-guest', { guestToken: 'x' })).status).toBe(401);
    expect((await portal.call(guest, 'GET', '/progress')).status).toBe(200);
    expect((await portal.call(grace, 'GET', '/progress')).status).toBe(200);
  });
});
