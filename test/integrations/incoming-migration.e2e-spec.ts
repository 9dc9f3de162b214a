import { VerifyIncomingWebhooks1763689000000 } from '../../migrations/1763689000000-verify-incoming-webhooks.js';
import { startBefore } from '../support/migration-database.js';

it('incoming sources and requests from before go on as they were, and survive the way back', async () => {
  const database = await startBefore(VerifyIncomingWebhooks1763689000000);
  const { dataSource } = database;
  const [{ id: integrationId }] = await dataSource.query(
    `INSERT INTO integrations (name, type, config, auth_type, auth_config, sync_frequency_seconds)
     VALUES ('Old', 'webhook', '{}', 'none', '{}', 0) RETURNING id`,
  );
  const [{ id: sourceId }] = await dataSource.query(
    `INSERT INTO incoming_sources (integration_id, secret_hash, secret_hint) VALUES ($1, '\\x01', 'abcd') RETURNING id`,
    [integrationId],
  );
  await dataSource.query(
    `INSERT INTO incoming_requests (source_id, integration_id, headers, body, processed_at)
     VALUES ($1, $2, '{}', 'done', now()), ($1, $2, '{}', 'open', NULL)`,
    [sourceId, integrationId],
  );

  await database.redo();
  const states = () =>
    dataSource.query(`SELECT status FROM integration_logs WHERE integration_id = $1 ORDER BY status`, [integrationId]);
  expect(await dataSource.query(`SELECT scheme, state, mapping, secret_hint FROM incoming_sources`)).toEqual([
    { scheme: 'path-secret', state: 'active', mapping: [], secret_hint: 'abcd' },
  ]);
  expect(await states()).toEqual([{ status: 'pending' }, { status: 'success' }]);
  await dataSource.query(`UPDATE incoming_requests SET failed_at = now() WHERE processed_at IS NULL`);
  expect(await states()).toEqual([{ status: 'error' }, { status: 'success' }]);

  await database.undo();
  expect(await states()).toEqual([{ status: 'pending' }, { status: 'success' }]);
  await database.redo();
  expect(await states()).toEqual([{ status: 'pending' }, { status: 'success' }]);
  await database.drop();
});
