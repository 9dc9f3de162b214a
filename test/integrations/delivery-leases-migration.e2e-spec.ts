import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { LeasesAloneSayWhatIsClaimed1763701000000 } from '../../migrations/1763701000000-leases-alone-say-what-is-claimed.js';
import { dataSourceOptions } from '../../src/platform/database/database.module.js';
import { migrate } from '../../src/platform/database/migrate.js';
import { createTestDatabase } from '../support/test-database.js';

it('deliveries that were claimed before stay claimed, and those with an outcome do not, there and back', async () => {
  const database = await createTestDatabase();
  const dataSource = await new DataSource(dataSourceOptions(database.url, 3)).initialize();
  await migrate(dataSource);
  const undoThis = async () => {
    for (;;) {
      const [{ name }] = await dataSource.query(`SELECT name FROM migrations ORDER BY id DESC LIMIT 1`);
      await dataSource.undoLastMigration({ transaction: 'each' });
      if (name === LeasesAloneSayWhatIsClaimed1763701000000.name) return;
    }
  };
  await undoThis();
  const [leaseId, webhookId] = [randomUUID(), randomUUID()];
  const add = async (lease: string | null): Promise<string> => {
    const [{ id }] = await dataSource.query(
      `INSERT INTO deliveries (event_id, event_type, webhook_id, integration_id, lease_id, lease_until)
       VALUES (uuidv7(), 'grade.published', $1, uuidv7(), $2, now() + interval '20 s') RETURNING id`,
      [webhookId, lease],
    );
    return id;
  };
  const [claimed, written, taken] = [await add(leaseId), await add(null), await add(randomUUID())];
  await dataSource.query(
    `INSERT INTO delivery_leases (id, webhook_id, deliveries, lease_until, delivery_ids)
     VALUES ($1, $2, 1, now() + interval '20 s', $3)`,
    [leaseId, webhookId, [claimed, written, taken]],
  );

  await migrate(dataSource);
  expect(await dataSource.query(`SELECT id, delivery_ids FROM delivery_leases`)).toEqual([
    { id: leaseId, delivery_ids: [claimed] },
  ]);

  await undoThis();
  const leased = `SELECT id FROM deliveries WHERE lease_id = $1 AND lease_until > now()`;
  expect(await dataSource.query(leased, [leaseId])).toEqual([{ id: claimed }]);
  expect(await dataSource.query(`SELECT deliveries FROM delivery_leases`)).toEqual([{ deliveries: 1 }]);
  await migrate(dataSource);
  await dataSource.destroy();
  await database.drop();
});
