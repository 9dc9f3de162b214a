import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { migrations } from '../../migrations/index.js';
import { CreateProgressEvents1763685000000 } from '../../migrations/1763685000000-create-progress-events.js';
import { dataSourceOptions } from '../../src/platform/database/database.module.js';
import { createTestDatabase } from '../support/test-database.js';

describe('the migration to progress events', () => {
  it('keeps what was counted before, as events that add up to it, and goes back', async () => {
    const database = await createTestDatabase();
    const before = migrations.slice(0, migrations.indexOf(CreateProgressEvents1763685000000));
    const dataSource = new DataSource({ ...dataSourceOptions(database.url, 2), migrations: before });
    await dataSource.initialize();
    await dataSource.runMigrations();
    const [done, open] = [randomUUID(), randomUUID()];
    await dataSource.query(
      `INSERT INTO exercise_progress (user_id, exercise_id, attempts, completed_at, best_solution, best_time_ms, last_attempt_at)
       VALUES ($1, 'E0_greet', 3, '2026-11-01T10:00:00Z', 'code', 5, '2026-11-02T10:00:00Z'),
              ($2, 'E0_greet', 2, NULL, NULL, NULL, '2026-11-03T10:00:00Z')`,
      [done, open],
    );
    const rows = () => dataSource.query(`SELECT * FROM exercise_progress ORDER BY attempts DESC`);
    const old = await rows();

    const runner = dataSource.createQueryRunner();
    const migration = new CreateProgressEvents1763685000000();
    await migration.up(runner);
    const events = await dataSource.query(
      `SELECT user_id, count(*)::int AS attempts, min(occurred_at) FILTER (WHERE has_passed) AS completed_at
         FROM progress_events WHERE is_attempt GROUP BY user_id ORDER BY 2 DESC`,
    );
    expect(events).toEqual([
      { user_id: done, attempts: 3, completed_at: new Date('2026-11-01T10:00:00Z') },
      { user_id: open, attempts: 2, completed_at: null },
    ]);
    expect(await rows()).toMatchObject([
      { best_score: 100, last_activity_at: new Date('2026-11-02T10:00:00Z') },
      { best_score: null, last_activity_at: new Date('2026-11-03T10:00:00Z') },
    ]);

    await migration.down(runner);
    expect(await rows()).toEqual(old);
    await runner.release();
    await dataSource.destroy();
    await database.drop();
  });
});
