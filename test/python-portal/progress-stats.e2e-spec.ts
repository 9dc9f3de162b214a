import { DataSource } from 'typeorm';
import { registerGuest, registerPerson } from '../identity/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { deviceEvent, hoursAgo, ProgressRobot, right } from './progress-robot.js';

describe('progress statistics and preferences', () => {
  let app: TestApp;
  let portal: ProgressRobot;
  beforeAll(async () => {
    app = await startTestApp();
    portal = new ProgressRobot(app);
  });
  afterAll(() => app.stop());

  it('count what was done, by difficulty and category', async () => {
    const ada = await registerPerson(app);
    const before = await portal.data(ada, '/progress/stats');
    expect(before).toMatchObject({ completed: 0, inProgress: 0, attempts: 0, currentStreak: 0, lastActiveDay: null });
    expect(before.total).toBeGreaterThan(20);

    await portal.submit(ada, right);
    await portal.sync(ada, [
      deviceEvent({ exerciseId: 'E1_tip_calc', timeSpent: 30, completed: true, attempted: true }),
    ]);
    const after = await portal.data(ada, '/progress/stats');
    expect(after).toMatchObject({
      total: before.total,
      completed: 1,
      inProgress: 1,
      attempts: 2,
      timeSpent: 30,
      currentStreak: 1,
      longestStreak: 1,
      activeDays: 1,
      timeZone: 'UTC',
    });
    expect(after.byDifficulty.beginner.completed).toBe(1);
    expect(after.byCategory).toContainEqual({ ...before.byCategory[0], category: 'basics', completed: 1 });
  });

  it('know streaks from the days alone, so that a late event fills its gap', async () => {
    const ada = await registerPerson(app);
    const streaks = async () => {
      const { currentStreak, longestStreak, activeDays } = await portal.data(ada, '/progress/stats');
      return [currentStreak, longestStreak, activeDays];
    };
    await portal.sync(
      ada,
      [0, 24, 72, 96].map((hours) => deviceEvent({ occurredAt: hoursAgo(hours) })),
    );
    expect(await streaks()).toEqual([2, 2, 4]);
    await portal.sync(ada, [deviceEvent({ occurredAt: hoursAgo(48) })]);
    expect(await streaks()).toEqual([5, 5, 5]);
  });

  it('count days in the time zone that was set, also for what was before', async () => {
    const ada = await registerPerson(app);
    await portal.sync(ada, [deviceEvent(), deviceEvent({ timeSpent: 1 })]);
    // Two moments of one day in UTC, of two days in Auckland.
    const day = new Date(Date.now() - 2 * 86_400_000).toISOString().slice(0, 10);
    for (const [index, time] of ['01:00', '23:00'].entries()) {
      await app.app.get(DataSource).query(
        `UPDATE progress_events SET occurred_at = $2 WHERE ctid = (
           SELECT ctid FROM progress_events WHERE user_id = $1 ORDER BY event_id OFFSET $3 LIMIT 1)`,
        [ada.id, `${day}T${time}:00Z`, index],
      );
    }
    expect(await portal.data(ada, '/progress/stats')).toMatchObject({ activeDays: 1, lastActiveDay: day });
    const { json } = await portal.call(ada, 'PATCH', '/preferences', { timeZone: 'pacific/auckland' });
    expect(json.data).toEqual({ timeZone: 'Pacific/Auckland', leaderboard: false, alias: null });
    const next = new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
    expect(await portal.data(ada, '/progress/stats')).toMatchObject({
      activeDays: 2,
      longestStreak: 2,
      lastActiveDay: next,
      timeZone: 'Pacific/Auckland',
    });
  });

  it.each([
    [{ timeZone: '+01:00' }],
    [{ timeZone: 'Mars/Olympus' }],
    [{ timeZone: '' }],
    [{ timeZone: null }],
    [{ timeZone: 'A'.repeat(1000) }],
    [{ leaderboard: 'yes' }],
    [{ alias: 'Teacher' }],
  ])('refuse %j', async (body) => {
    const ada = await registerPerson(app);
    expect((await portal.call(ada, 'PATCH', '/preferences', body)).status).toBe(400);
    expect(await portal.data(ada, '/preferences')).toEqual({ timeZone: 'UTC', leaderboard: false, alias: null });
  });

  it('give a made-up name with the leaderboard, another one after leaving, and none to guests', async () => {
    const ada = await registerPerson(app);
    const set = async (body: unknown) => (await portal.call(ada, 'PATCH', '/preferences', body)).json.data;
    const { alias } = await set({ leaderboard: true });
    expect(alias).toMatch(/^[A-Z][a-z]+ [A-Z][a-z]+ \d{3}$/);
    expect(await set({ timeZone: 'Europe/Berlin' })).toEqual({ timeZone: 'Europe/Berlin', leaderboard: true, alias });
    expect(await set({ leaderboard: true })).toMatchObject({ alias });
    expect(await set({ leaderboard: false })).toEqual({ timeZone: 'Europe/Berlin', leaderboard: false, alias: null });
    const guest = await registerGuest(app);
    const refused = await portal.call(guest, 'PATCH', '/preferences', { leaderboard: true });
    expect([refused.status, refused.json.code]).toEqual([403, 'preferences.account-needed']);
    expect((await portal.call(guest, 'PATCH', '/preferences', { timeZone: 'Asia/Tokyo' })).status).toBe(200);
  });
});
