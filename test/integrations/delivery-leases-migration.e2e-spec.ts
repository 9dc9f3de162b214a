import { randomUUID } from 'node:crypto';
import { LeasesAloneSayWhatIsClaimed1763701000000 } from '../../migrations/1763701000000-leases-alone-say-what-is-claimed.js';
import { startBefore } from '../support/migration-database.js';

it('deliveries that were claimed before stay claimed, and those with an outcome do not, there and back', async () => {
  const database = await startBefore(LeasesAloneSayWhatIsClaimed1763701000000);
  const { dataSource } = database;
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

  await database.redo();
  expect(await dataSource.query(`SELECT id, delivery_ids FROM delivery_leases`)).toEqual([
    { id: leaseId, delivery_ids: [claimed] },
  ]);

  await database.undo();
  const leased = `SELECT id FROM deliveries WHERE lease_id = $1 AND lease_until > now()`;
  expect(await dataSource.query(leased, [leaseId])).toEqual([{ id: claimed }]);
  expect(await dataSource.query(`SELECT deliveries FROM delivery_leases`)).toEqual([{ deliveries: 1 }]);
  await database.redo();
  await database.drop();
});
