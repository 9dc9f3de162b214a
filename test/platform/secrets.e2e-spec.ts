import { AppConfig } from '../../src/platform/config/app-config.js';
import { Database } from '../../src/platform/database/database.js';
import { SealedColumns } from '../../src/platform/secrets/sealed-columns.js';
import { SecretBox } from '../../src/platform/secrets/secret-box.js';
import { startTestApp } from '../support/test-app.js';

it('seals every registered value again with a new first key, and can be repeated', async () => {
  const oldKey = `old:${Buffer.alloc(32, 1).toString('base64')}`;
  const testApp = await startTestApp({ ENCRYPTION_KEY: oldKey });
  const { app, config } = testApp;
  const database = app.get(Database);
  await database.manager().query(`CREATE TABLE vault (id uuid PRIMARY KEY DEFAULT uuidv7(), secret text)`);
  const oldBox = new SecretBox(config);
  const rows: { id: string }[] = await database
    .manager()
    .query(`INSERT INTO vault SELECT FROM generate_series(1, 501) RETURNING id`);
  for (const [index, { id }] of rows.slice(1).entries()) {
    const sealed = oldBox.seal(`secret ${index}`, `vault.secret:${id}`);
    await database.manager().query(`UPDATE vault SET secret = $1 WHERE id = $2`, [sealed, id]);
  }

  const newKey = `new:${Buffer.alloc(32, 2).toString('base64')}`;
  const rotatedConfig = new AppConfig({
    NODE_ENV: 'test',
    DATA_DIR: config.dataDirectory,
    ENCRYPTION_KEY: `${newKey},${oldKey}`,
  });
  const rotatedBox = new SecretBox(rotatedConfig);
  const columns = new SealedColumns(database, rotatedBox);
  columns.register({ table: 'vault', column: 'secret' });
  expect(await columns.rekey()).toEqual({ sealed: 500, current: 0 });
  expect(await columns.rekey()).toEqual({ sealed: 0, current: 500 });

  const newBoxOnly = new SecretBox(
    new AppConfig({ NODE_ENV: 'test', DATA_DIR: config.dataDirectory, ENCRYPTION_KEY: newKey }),
  );
  const stored: { id: string; secret: string }[] = await database
    .manager()
    .query(`SELECT id, secret FROM vault WHERE secret IS NOT NULL ORDER BY id`);
  expect(newBoxOnly.open(stored[0]!.secret, `vault.secret:${stored[0]!.id}`)).toBe('secret 0');
  await testApp.stop();
});
