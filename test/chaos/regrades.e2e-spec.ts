import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { startAppProcess, type AppProcess } from '../support/app-process.js';
import { createTestDatabase } from '../support/test-database.js';
import { waitFor } from '../support/wait-for.js';

// Two whole processes, one after the other.
jest.setTimeout(180_000);

const students = 10;
/** Right, and slow enough for the process to die in the middle of a class. */
const code = 'for _ in range(300000):\n    pass\n\n\ndef greet(name):\n    return f"Hello, {name}!"\n';

describe('a regrade', () => {
  it('goes on in the next process after its own was killed, and counts everybody once', async () => {
    const database = await createTestDatabase();
    const dataDirectory = mkdtempSync(path.join(tmpdir(), 'lyceum-regrade-'));
    const adminSecret = randomUUID();
    const environment = {
      DATABASE_URL: database.url,
      DATA_DIR: dataDirectory,
      ADMIN_SECRET: adminSecret,
      LOG_LEVEL: 'warn',
      EXECUTION_WARM_INTERPRETERS: '0',
      EXECUTION_CONCURRENCY: '1',
      REGRADE_LEASE: '2s',
    };
    const started: AppProcess[] = [];
    const start = async () => {
      const app = await startAppProcess({ environment, timeoutMs: 60_000 });
      started.push(app);
      return app;
    };
    const call = async (app: AppProcess, method: string, target: string, body?: unknown, token?: string) => {
      const response = await fetch(`${app.url}/api/v1${target}`, {
        method,
        headers: {
          ...(token === undefined ? { 'x-admin-secret': adminSecret } : { authorization: `Bearer ${token}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      expect(response.status).toBeLessThan(300);
      return ((await response.json()) as { data: never }).data;
    };

    try {
      const first = await start();
      for (let index = 0; index < students; index++) {
        const { user, accessToken } = (await call(first, 'POST', '/auth/guest')) as {
          user: { id: string };
          accessToken: string;
        };
        await call(first, 'PUT', `/grants/groups/course-101/members/${user.id}`);
        const event = { eventId: randomUUID(), exerciseId: 'E0_greet', code, attempted: true };
        await call(first, 'POST', '/progress', event, accessToken);
      }
      const { id } = (await call(first, 'POST', '/classes/course-101/regrades', { exerciseId: 'E0_greet' })) as {
        id: string;
      };
      const target = `/classes/course-101/regrades/${id}`;
      await waitFor(async () => ((await call(first, 'GET', target)) as { done: number }).done >= 2, {
        timeoutMs: 60_000,
      });
      first.kill('SIGKILL');
      await first.exited;

      const client = new Client({ connectionString: database.url });
      await client.connect();
      const { rows: left } = await client.query(`SELECT count(*)::int FROM regrade_items WHERE state = 'pending'`);
      expect(left[0].count).toBeGreaterThan(0);

      const second = await start();
      const end = await waitFor(
        async () => {
          const regrade = (await call(second, 'GET', target)) as { state: string };
          return regrade.state === 'finished' && regrade;
        },
        { timeoutMs: 60_000 },
      );
      expect(end).toMatchObject({
        total: students,
        done: students,
        passed: students,
        newlyCompleted: students,
        failed: 0,
      });
      const { rows } = await client.query(
        `SELECT (SELECT count(*)::int FROM progress_events WHERE event_id LIKE 'regrade:%') AS counted,
                (SELECT count(*)::int FROM events WHERE type = 'exercise.completed') AS published`,
      );
      expect(rows).toEqual([{ counted: students, published: students }]);
      await client.end();
    } finally {
      await Promise.all(started.map((app) => app.stop()));
      await database.drop();
      rmSync(dataDirectory, { recursive: true, force: true });
    }
  });
});
