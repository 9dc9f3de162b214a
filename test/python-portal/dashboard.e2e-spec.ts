import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { registerGuest, registerPerson } from '../identity/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { deviceEvent, ProgressRobot, right, wrong } from './progress-robot.js';

describe('GET /dashboard', () => {
  let app: TestApp;
  let portal: ProgressRobot;
  beforeAll(async () => {
    app = await startTestApp({ DASHBOARD_PART_TIMEOUT: '500' });
    portal = new ProgressRobot(app);
  });
  afterAll(() => app.stop());

  it('has everything of the first page in one call', async () => {
    const ada = await registerPerson(app, { name: 'Ada Lovelace', username: 'ada' });
    await portal.submit(ada, wrong);
    await portal.submit(ada, right);
    await portal.sync(ada, [deviceEvent({ exerciseId: 'E5_math_utils', timeSpent: 60 })]);
    const dashboard = await portal.data(ada, '/dashboard');
    expect(dashboard).toMatchObject({
      profile: { id: ada.id, role: 'student', displayName: 'Ada Lovelace', username: 'ada', email: ada.email },
      preferences: { timeZone: 'UTC', leaderboard: false },
      progress: { completed: 1, inProgress: 1, attempts: 2, timeSpent: 60 },
      streak: { current: 1, longest: 1 },
      recentRuns: [
        { exerciseId: 'E0_greet', passed: true, score: 100 },
        { exerciseId: 'E0_greet', passed: false },
      ],
      isPartial: false,
      notes: [],
    });
    expect(dashboard.nextExercises.length).toBeGreaterThan(0);
    expect(dashboard.nextExercises[0]).toMatchObject({ id: 'E5_math_utils', status: { started: true } });
    for (const { id, status } of dashboard.nextExercises) {
      expect(status).toMatchObject({ completed: false, prerequisitesMet: true });
      expect(id).not.toBe('E0_greet');
    }
  });

  it('begins with the exercises that need nothing before them', async () => {
    const guest = await registerGuest(app);
    const { nextExercises, profile, recentRuns } = await portal.data(guest, '/dashboard');
    expect(nextExercises[0].id).toBe('E0_greet');
    expect(nextExercises.every(({ prerequisites }: { prerequisites: string[] }) => prerequisites.length === 0)).toBe(
      true,
    );
    expect([profile.displayName, recentRuns]).toEqual(['Guest', []]);
  });

  it('leaves out what fails, with a note that tells nothing of the inside', async () => {
    const ada = await registerPerson(app);
    const sql = (text: string) => app.app.get(DataSource).query(text);
    await sql('ALTER TABLE progress_events RENAME TO progress_events_away');
    try {
      const { status, json, text } = await portal.call(ada, 'GET', '/dashboard');
      expect(status).toBe(200);
      expect(json.data).toMatchObject({ progress: null, streak: null, recentRuns: null, isPartial: true });
      expect(json.data.notes.map(({ part }: { part: string }) => part).toSorted()).toEqual(['progress', 'recentRuns']);
      expect(json.data.profile.id).toBe(ada.id);
      expect(json.data.nextExercises[0].id).toBe('E0_greet');
      expect(text).not.toContain('progress_events');
    } finally {
      await sql('ALTER TABLE progress_events_away RENAME TO progress_events');
    }
    expect((await portal.data(ada, '/dashboard')).isPartial).toBe(false);
  });

  it('does not wait for what hangs', async () => {
    const ada = await registerPerson(app);
    const blocker = new Client({ connectionString: app.databaseUrl });
    await blocker.connect();
    await blocker.query('BEGIN; LOCK TABLE progress_events IN ACCESS EXCLUSIVE MODE');
    try {
      expect(await portal.data(ada, '/dashboard')).toMatchObject({ recentRuns: null, isPartial: true });
    } finally {
      await blocker.query('ROLLBACK');
      await blocker.end();
    }
    expect((await portal.data(ada, '/dashboard')).isPartial).toBe(false);
  });

  it('is for accounts and guests', async () => {
    expect((await portal.call('nobody', 'GET', '/dashboard')).status).toBe(401);
    expect((await portal.call('admin', 'GET', '/dashboard')).status).toBe(403);
  });
});
