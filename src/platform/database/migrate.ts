import type { DataSource } from 'typeorm';

/** Any number will do, as long as every Lyceum process uses the same one. */
const migrationLock = 7_295_303_114;

/**
 * Applies what is missing of `migrations/`, each in a transaction of its own. Replicas that start together queue on an
 * advisory lock, so each migration runs once.
 *
 * @returns the names of the migrations that were applied
 */
export async function migrate(dataSource: DataSource): Promise<string[]> {
  const lock = dataSource.createQueryRunner();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [migrationLock]);
    const applied = await dataSource.runMigrations({ transaction: 'each' });
    return applied.map(({ name }) => name);
  } finally {
    await lock.query('SELECT pg_advisory_unlock($1)', [migrationLock]).catch(() => undefined);
    await lock.release();
  }
}
