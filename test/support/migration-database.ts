import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../src/platform/database/database.module.js';
import { migrate } from '../../src/platform/database/migrate.js';
import { createTestDatabase } from './test-database.js';

/** A database on which one migration, and all after it, can be undone and done again. */
export interface MigrationDatabase {
  dataSource: DataSource;
  /** To the state before the migration. */
  undo(): Promise<void>;
  /** To the newest state. */
  redo(): Promise<void>;
  drop(): Promise<void>;
}

/** @param migration its class; it is undone at first */
export async function startBefore(migration: { name: string }): Promise<MigrationDatabase> {
  const database = await createTestDatabase();
  const dataSource = await new DataSource(dataSourceOptions(database.url, 3)).initialize();
  const redo = async (): Promise<void> => void (await migrate(dataSource));
  const undo = async (): Promise<void> => {
    for (;;) {
      const [{ name }] = await dataSource.query(`SELECT name FROM migrations ORDER BY id DESC LIMIT 1`);
      await dataSource.undoLastMigration({ transaction: 'each' });
      if (name === migration.name) return;
    }
  };
  const drop = async (): Promise<void> => {
    await dataSource.destroy();
    await database.drop();
  };
  await redo();
  await undo();
  return { dataSource, undo, redo, drop };
}
