import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../src/platform/database/database.module.js';
import { migrate } from '../../src/platform/database/migrate.js';
import { schemaDifference } from '../../src/platform/database/schema-difference.js';
import { startTestApp } from '../support/test-app.js';
import { createTestDatabase } from '../support/test-database.js';

async function tableNames(dataSource: DataSource): Promise<string[]> {
  const rows: { name: string }[] = await dataSource.query(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

describe('migrations', () => {
  it('go up, down to nothing, and up again to the same tables', async () => {
    const database = await createTestDatabase();
    const dataSource = await new DataSource(dataSourceOptions(database.url, 3)).initialize();
    const applied = await migrate(dataSource);
    const tables = await tableNames(dataSource);
    expect(applied.length).toBeGreaterThan(0);

    for (const _ of applied) await dataSource.undoLastMigration({ transaction: 'each' });
    expect(await tableNames(dataSource)).toEqual(['migrations']);

    expect(await migrate(dataSource)).toEqual(applied);
    expect(await tableNames(dataSource)).toEqual(tables);
    await dataSource.destroy();
    await database.drop();
  });

  it('run once when several replicas start together', async () => {
    const database = await createTestDatabase();
    const replicas = await Promise.all(
      [1, 2, 3].map(() => new DataSource(dataSourceOptions(database.url, 3)).initialize()),
    );
    const applied = await Promise.all(replicas.map((replica) => migrate(replica)));
    expect(applied.filter((names) => names.length > 0)).toHaveLength(1);
    await Promise.all(replicas.map((replica) => replica.destroy()));
    await database.drop();
  });

  it('leave nothing to add to reach the entities', async () => {
    const testApp = await startTestApp();
    expect(await schemaDifference(testApp.app.get(DataSource))).toEqual([]);
    await testApp.stop();
  });
});
