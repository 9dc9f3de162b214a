import { Database } from '../../src/platform/database/database.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { IntegrationsRobot } from './integrations-robot.js';

interface LogEntry {
  id: string;
  kind: string;
  status: string;
}

describe('the log of an integration', () => {
  let app: TestApp;
  let robot: IntegrationsRobot;
  let database: Database;
  let id: string;
  beforeAll(async () => {
    app = await startTestApp();
    robot = new IntegrationsRobot(app);
    database = app.app.get(Database);
    id = await robot.create();
    await fill(id, 20);
  });
  afterAll(() => app.stop());

  /** Entries of all kinds, as many of each, in turns. */
  async function fill(integrationId: string, count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      await database.manager().query(
        `INSERT INTO deliveries (event_id, event_type, webhook_id, integration_id, state, last_error)
           VALUES (uuidv7(), 'grade.published', uuidv7(), $1, $2, $3)`,
        [integrationId, ['delivered', 'exhausted', 'failed'][index % 3], index % 3 === 0 ? null : 'timeout'],
      );
      await database
        .manager()
        .query(
          `INSERT INTO incoming_requests (source_id, integration_id, headers, body) VALUES (uuidv7(), $1, '{}', 'x')`,
          [integrationId],
        );
      await database
        .manager()
        .query(
          `INSERT INTO integration_calls (integration_id, kind, method, url, duration_ms) VALUES ($1, 'test', 'GET', 'https://example.org/', 5)`,
          [integrationId],
        );
    }
  }

  async function page(query: string): Promise<{ logs: LogEntry[]; pagination: { nextCursor: string | null } }> {
    return (await robot.expect(200, 'GET', `/${id}/logs?${query}`)).json;
  }

  it('has deliveries, received webhooks and calls, newest first, in pages of 50', async () => {
    const { logs, pagination } = await page('');
    expect(logs).toHaveLength(50);
    expect(pagination).toEqual({ limit: 50, offset: 0, total: 50, nextCursor: logs.at(-1)!.id });
    expect(logs.slice(0, 3).map(({ kind }) => kind)).toEqual(['api_call', 'webhook_receive', 'webhook']);
    expect(logs.map((entry) => entry.id)).toEqual(
      logs
        .map((entry) => entry.id)
        .toSorted()
        .toReversed(),
    );
    expect(new Set(logs.map(({ status }) => status))).toEqual(new Set(['success', 'error', 'pending']));
  });

  it('gives the same entries by cursor as by offset', async () => {
    const byOffset = [
      ...(await page('limit=25')).logs,
      ...(await page('limit=25&offset=25')).logs,
      ...(await page('limit=25&offset=50')).logs,
    ];
    const byCursor: LogEntry[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { logs, pagination }: Awaited<ReturnType<typeof page>> = await page(
        `limit=7${cursor === '' ? '' : `&cursor=${cursor}`}`,
      );
      byCursor.push(...logs);
      cursor = pagination.nextCursor;
    }
    expect(byCursor).toHaveLength(60);
    expect(byCursor).toEqual(byOffset);
  });

  it.each(['limit=0', 'limit=201', 'limit=x', 'offset=-1', 'offset=10001', 'cursor=1', 'sort=asc'])(
    'refuses the query %s',
    async (query) => {
      expect((await robot.admin('GET', `/${id}/logs?${query}`)).status).toBe(400);
    },
  );

  it('reads a page through the indexes of its parts, not by sorting all of them', async () => {
    const other = await robot.create();
    for (const table of ['deliveries', 'incoming_requests', 'integration_calls']) await copyRows(table, other);
    await database.manager().query(`ANALYZE deliveries, incoming_requests, integration_calls`);
    const plan: { 'QUERY PLAN': string }[] = await database
      .manager()
      .query(`EXPLAIN SELECT * FROM integration_logs WHERE integration_id = $1 ORDER BY id DESC LIMIT 50`, [id]);
    const text = plan.map((row) => row['QUERY PLAN']).join('\n');
    expect(text).toContain('Merge Append');
    expect(text).not.toMatch(/\bSort\b\s+\(/);
    for (const index of ['deliveries_integration', 'incoming_requests_integration', 'integration_calls_integration']) {
      expect(text).toContain(index);
    }
  });

  /** Makes the table large with rows of another integration. */
  async function copyRows(table: string, integrationId: string): Promise<void> {
    const fresh: Record<string, string> = {
      deliveries: `(event_id, event_type, webhook_id, integration_id) SELECT uuidv7(), 'a.b', uuidv7(), $1`,
      incoming_requests: `(source_id, integration_id, headers, body) SELECT uuidv7(), $1, '{}', ''`,
      integration_calls: `(integration_id, kind, method, url, duration_ms) SELECT $1, 'test', 'GET', '', 1`,
    };
    await database
      .manager()
      .query(`INSERT INTO ${table} ${fresh[table]} FROM generate_series(1, 3000)`, [integrationId]);
  }
});
