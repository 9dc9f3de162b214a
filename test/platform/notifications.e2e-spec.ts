import { DataSource } from 'typeorm';
import { AppConfig } from '../../src/platform/config/app-config.js';
import { dataSourceOptions } from '../../src/platform/database/database.module.js';
import { Notifications } from '../../src/platform/database/notifications.js';
import { migrate } from '../../src/platform/database/migrate.js';
import { createTestDatabase } from '../support/test-database.js';
import { waitFor } from '../support/wait-for.js';

describe('notifications of the database', () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let dataSource: DataSource;
  let notifications: Notifications;
  let calls: string[];
  beforeAll(async () => {
    database = await createTestDatabase();
    dataSource = await new DataSource(dataSourceOptions(database.url, 2)).initialize();
    await migrate(dataSource);
  });
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  const start = async (role: string) => {
    calls = [];
    notifications = new Notifications(database.url, new AppConfig({ NODE_ENV: 'test', ROLE: role }));
    notifications.listen('lyceum_events', () => calls.push('events'));
    notifications.listen('lyceum_lamps', () => calls.push('lamps'));
    await notifications.onApplicationBootstrap();
  };
  afterEach(() => notifications.beforeApplicationShutdown());
  const addEvent = (type: string) => dataSource.query(`INSERT INTO events (type, data) VALUES ($1, '{}')`, [type]);

  it('reach their listener when an event is committed, and not when it is rolled back', async () => {
    await start('worker');
    expect(calls.splice(0)).toEqual(['events', 'lamps']);
    const [committed, undone] = [dataSource.createQueryRunner(), dataSource.createQueryRunner()];
    for (const runner of [undone, committed]) await runner.startTransaction();
    await undone.query(`INSERT INTO events (type, data) VALUES ('a.undone', '{}')`);
    await undone.rollbackTransaction();
    await committed.query(`INSERT INTO events (type, data) VALUES ('a.b', '{}'), ('a.c', '{}')`);
    await committed.commitTransaction();
    for (const runner of [undone, committed]) await runner.release();
    // Told in the order of the commits: what was rolled back would have been told before.
    await dataSource.query(`NOTIFY lyceum_lamps`);
    await waitFor(() => calls.includes('lamps'));
    expect(calls).toEqual(['events', 'lamps']);
  });

  it('are heard again after the connection was lost, beginning with what was missed', async () => {
    await start('all');
    calls.length = 0;
    await dataSource.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'lyceum-notifications'`,
    );
    await waitFor(() => calls.length >= 2);
    calls.length = 0;
    await addEvent('a.d');
    await waitFor(() => calls.includes('events'));
  });

  it('are not for processes that only answer', async () => {
    await start('web');
    const rows = await dataSource.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'lyceum-notifications'`,
    );
    expect([calls, rows]).toEqual([[], []]);
  });
});
