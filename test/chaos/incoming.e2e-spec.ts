import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { hexCode } from '../integrations/sender.js';
import { startAppProcess, type AppProcess } from '../support/app-process.js';
import { createTestDatabase } from '../support/test-database.js';
import { waitFor } from '../support/wait-for.js';

// Whole processes, one after the other.
jest.setTimeout(240_000);

const key = 'a key that both sides know';
const senders = 8;
const answersBeforeKill = 120;

describe('webhooks that were answered with success', () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let dataDirectory: string;
  let client: Client;
  const adminSecret = randomUUID();
  const started: AppProcess[] = [];
  beforeAll(async () => {
    database = await createTestDatabase();
    dataDirectory = mkdtempSync(path.join(tmpdir(), 'lyceum-incoming-'));
    client = new Client({ connectionString: database.url });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await Promise.all(started.map((app) => app.stop()));
    await database.drop();
    rmSync(dataDirectory, { recursive: true, force: true });
  });

  async function start(variables: Record<string, string> = {}): Promise<AppProcess> {
    const environment = {
      DATABASE_URL: database.url,
      DATA_DIR: dataDirectory,
      ADMIN_SECRET: adminSecret,
      LOG_LEVEL: 'warn',
      EXECUTION_WARM_INTERPRETERS: '0',
      ...variables,
    };
    const app = await startAppProcess({ environment, timeoutMs: 60_000 });
    started.push(app);
    return app;
  }

  // eslint-disable-next-line typescript/no-explicit-any -- bodies of every shape
  async function call(app: AppProcess, method: string, target: string, body?: object): Promise<any> {
    const response = await fetch(`${app.url}/api/integrations${target}`, {
      method,
      headers: { 'x-admin-secret': adminSecret, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    expect(response.status).toBeLessThan(300);
    return response.json();
  }

  /** @returns the path of a new source whose webhooks become grades */
  async function addSource(app: AppProcess): Promise<string> {
    const { integrationId } = await call(app, 'POST', '', {
      name: randomUUID(),
      type: 'webhook',
      authType: 'none',
      config: { endpoint: 'https://hooks.example.org/in' },
      syncFrequency: 0,
    });
    await call(app, 'POST', `/${integrationId}/activate`);
    const { url } = await call(app, 'POST', `/${integrationId}/incoming-sources`, {
      scheme: 'github',
      key,
      mapping: [{ event: 'grade.published', data: { studentId: '{{body.n}}', moduleId: 3, grade: 'A' } }],
    });
    return new URL(url).pathname;
  }

  async function post(app: AppProcess, target: string, n: string): Promise<string> {
    const body = JSON.stringify({ n });
    const headers = { 'x-hub-signature-256': `sha256=${hexCode(key, body)}`, 'x-github-delivery': n };
    const response = await fetch(app.url + target, { method: 'POST', body, headers });
    if (response.status !== 200) throw new Error(`It answered ${response.status}`);
    return ((await response.json()) as { requestId: string }).requestId;
  }

  /** Waits for the end of the processing, and insists that each has become one event of both kinds. */
  async function expectEachProcessedOnce(answered: Map<string, string>): Promise<void> {
    await waitFor(
      async () => {
        const { rows } = await client.query(
          `SELECT count(*)::int AS open FROM incoming_requests WHERE processed_at IS NULL`,
        );
        return rows[0].open === 0;
      },
      { timeoutMs: 60_000 },
    );
    const { rows } = await client.query(
      `SELECT request.id, request.sender_delivery_id AS n,
         (SELECT count(*)::int FROM events WHERE type = 'webhook.received' AND data ->> 'requestId' = request.id::text) AS received,
         (SELECT count(*)::int FROM events WHERE type = 'grade.published' AND data ->> 'studentId' = request.sender_delivery_id) AS mapped
       FROM incoming_requests request`,
    );
    const kept = new Map(rows.map(({ id, n }) => [n, id]));
    expect([...answered].filter(([n, id]) => kept.get(n) !== id)).toEqual([]);
    expect(rows.filter(({ received, mapped }) => received !== 1 || mapped !== 1)).toEqual([]);
  }

  it('are all processed, once, when the process is killed between the answer and the processing', async () => {
    // A process of this role answers and leaves the work to others.
    const web = await start({ ROLE: 'web' });
    const target = await addSource(web);
    const answered = new Map<string, string>();
    for (let index = 0; index < 40; index++) answered.set(`web-${index}`, await post(web, target, `web-${index}`));
    web.kill('SIGKILL');
    await web.exited;
    const { rows } = await client.query(
      `SELECT count(*)::int AS open FROM incoming_requests WHERE processed_at IS NULL`,
    );
    expect(rows[0].open).toBeGreaterThan(0);
    const next = await start();
    await expectEachProcessedOnce(answered);
    await next.stop();
  });

  it('are all processed, once, when the process is killed in the middle of a burst, and the sender may repeat', async () => {
    const first = await start();
    const target = await addSource(first);
    const answered = new Map<string, string>();
    const tried = new Set<string>();
    let isKilled = false;
    const send = async (sender: number): Promise<void> => {
      for (let index = 0; !isKilled; index++) {
        const n = `burst-${sender}-${index}`;
        tried.add(n);
        const id = await post(first, target, n).catch(() => undefined);
        if (id !== undefined) answered.set(n, id);
        if (answered.size >= answersBeforeKill && !isKilled) {
          isKilled = true;
          first.kill('SIGKILL');
        }
      }
    };
    await Promise.all(Array.from({ length: senders }, (_, sender) => send(sender)));
    await first.exited;

    const second = await start();
    for (const n of tried) {
      const id = await post(second, target, n);
      expect(answered.get(n) ?? id).toBe(id);
      answered.set(n, id);
    }
    await expectEachProcessedOnce(answered);
  });
});
