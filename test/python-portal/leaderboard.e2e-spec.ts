import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { registerGuest, registerPerson, type Person } from '../identity/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { deviceEvent, ProgressRobot, right } from './progress-robot.js';

interface Entry {
  rank: number;
  alias: string;
  completed: number;
  isCaller: boolean;
}

describe('GET /leaderboard', () => {
  let app: TestApp;
  let portal: ProgressRobot;
  beforeEach(async () => {
    app = await startTestApp();
    portal = new ProgressRobot(app);
  });
  afterEach(() => app.stop());

  const sql = (text: string, values: unknown[]) => app.app.get(DataSource).query(text, values);
  const join = async (who: Person): Promise<string> =>
    (await portal.call(who, 'PATCH', '/preferences', { leaderboard: true })).json.data.alias;

  /** Completions as if they had been long ago. */
  async function completed(userId: string, count: number, daysAgo: number, gaveUp = false): Promise<void> {
    for (let index = 0; index < count; index++) {
      await sql(
        `INSERT INTO exercise_progress (user_id, exercise_id, attempts, completed_at, last_activity_at, gave_up_at)
         VALUES ($1, $2, 1, now() - make_interval(days => $3, secs => $4), now(),
                 CASE WHEN $5 THEN now() - make_interval(days => $3 + 1) END)`,
        [userId, `E${index}_x_${randomUUID().replaceAll(/[^a-z]/g, '')}`, daysAgo, index, gaveUp],
      );
    }
  }

  it('shows only who asked for it, under a made-up name, and nothing that tells who it is', async () => {
    const [ada, grace] = [await registerPerson(app, { name: 'Ada Lovelace' }), await registerPerson(app)];
    for (const person of [ada, grace]) await portal.submit(person, right);
    const alias = await join(ada);
    const { json, text } = await portal.call(grace, 'GET', '/leaderboard');
    expect(json.data).toEqual({
      window: 'week',
      entries: [{ rank: 1, alias, completed: 1, isCaller: false }],
      me: null,
    });
    for (const secret of [ada.id, grace.id, ada.email, 'Lovelace']) expect(text).not.toContain(secret);
    expect((await portal.data(ada, '/leaderboard')).me).toEqual({ rank: 1, alias, completed: 1, isCaller: true });

    await portal.call(ada, 'PATCH', '/preferences', { leaderboard: false });
    expect((await portal.data(grace, '/leaderboard')).entries).toEqual([]);
  });

  it('counts what this server saw completed, in the window, without what was given up before', async () => {
    const [ada, claims, gaveUp] = [await registerPerson(app), await registerPerson(app), await registerPerson(app)];
    for (const person of [ada, claims, gaveUp]) await join(person);
    await completed(ada.id, 2, 1);
    await completed(ada.id, 3, 30);
    await portal.sync(claims, [deviceEvent({ completed: true, attempted: true })]);
    await completed(gaveUp.id, 4, 1, true);
    const counts = async (window: string) =>
      (await portal.data(ada, `/leaderboard?window=${window}`)).entries.map((entry: Entry) => entry.completed);
    expect(await counts('week')).toEqual([2]);
    expect(await counts('all')).toEqual([5]);
  });

  it('puts who was first before others with as many, and pages without gaps or repetitions', async () => {
    const people = await Promise.all(Array.from({ length: 5 }, () => registerPerson(app)));
    const aliases = await Promise.all(people.map(join));
    for (const [index, { id }] of people.entries())
      await completed(id, index === 4 ? 3 : 2, index === 0 ? 1 : 3 + index);
    const all: Entry[] = (await portal.data(people[0]!, '/leaderboard?window=all')).entries;
    const expected = [4, 3, 2, 1, 0].map((index) => aliases[index]);
    expect(all.map(({ alias }) => alias)).toEqual(expected);
    expect(all.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5]);
    const paged: Entry[] = [];
    for (const offset of [0, 2, 4, 6]) {
      const { json } = await portal.call(people[0]!, 'GET', `/leaderboard?window=all&limit=2&offset=${offset}`);
      expect(json.pagination.total).toBe(5);
      expect(json.data.me).toMatchObject({ rank: 5, isCaller: true });
      paged.push(...json.data.entries);
    }
    expect(paged).toEqual(all);
  });

  it('needs a caller and a sensible question', async () => {
    expect((await portal.call('nobody', 'GET', '/leaderboard')).status).toBe(401);
    expect((await portal.call(await registerGuest(app), 'GET', '/leaderboard')).status).toBe(200);
    expect((await portal.call('admin', 'GET', '/leaderboard')).json.data.me).toBeNull();
    for (const query of ['window=year', 'limit=0', 'limit=101', 'offset=-1', 'user=1']) {
      expect((await portal.call('admin', 'GET', `/leaderboard?${query}`)).status).toBe(400);
    }
  });
});
