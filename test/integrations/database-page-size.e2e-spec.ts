import { startTestApp, type TestApp } from '../support/test-app.js';
import { PostgresFixture } from './postgres-fixture.js';
import { StoreRobot } from './store-robot.js';

describe('pages of a database that are larger than memory should hold', () => {
  let app: TestApp;
  let source: PostgresFixture;
  beforeAll(async () => {
    [app, source] = await Promise.all([startTestApp(), PostgresFixture.start()]);
  });
  afterAll(async () => {
    await app.stop();
    await source.stop();
  });

  it('are refused with what to do, and read when they are smaller', async () => {
    const robot = new StoreRobot(app, 'database');
    const query = "SELECT id, repeat('x', 1000000) AS text FROM generate_series(1, 80) AS id";
    const pulling = (batchSize: number) => robot.create(source.pulling({ query, keyColumns: ['id'], batchSize }));
    await expect(robot.pull(await pulling(80))).rejects.toMatchObject({
      kind: 'source',
      message: 'A page is larger than 67108864 bytes; use a smaller config.batchSize',
    });
    expect((await robot.pull(await pulling(20))).keys).toHaveLength(80);
  });
});
