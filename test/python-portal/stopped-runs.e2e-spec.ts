import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ExecutionDriver } from '../../src/modules/python-portal/execution/execution-driver.js';
import { startAppProcess, type AppProcess } from '../support/app-process.js';
import { startTestApp } from '../support/test-app.js';
import { waitFor } from '../support/wait-for.js';
import { endless, PortalRobot } from './portal-robot.js';

// Whole processes are started, and a lease has to run out.
jest.setTimeout(120_000);

describe('a client who goes away', () => {
  it('stops its run, and the interpreter is freed', async () => {
    const portal = new PortalRobot(await startTestApp());
    try {
      const ada = await portal.student();
      await portal.execute(ada, { code: 'pass' });
      const { detail } = portal.app.app.get(ExecutionDriver, { strict: false }).health();
      const processId = Number(/process (\d+)/.exec(detail)?.[1]);
      const threads = () => Number(/Threads:\s+(\d+)/.exec(readFileSync(`/proc/${processId}/status`, 'utf8'))?.[1]);
      const before = threads();

      const gone = new AbortController();
      const request = fetch(`${portal.app.url}/api/v1/execute`, {
        method: 'POST',
        headers: { authorization: `Bearer ${ada}`, 'content-type': 'application/json' },
        body: JSON.stringify({ code: endless, timeout: 30_000 }),
        signal: gone.signal,
      }).catch((error: unknown) => (error as Error).name);
      await waitFor(async () => (await portal.running()) === 1 && threads() > before);
      gone.abort();
      expect(await request).toBe('AbortError');
      await waitFor(async () => (await portal.running()) === 0 && threads() <= before);
    } finally {
      await portal.app.stop();
    }
  });
});

describe('an asynchronous run whose process ends', () => {
  let portal: PortalRobot;
  let ada: string;
  let dataDirectory: string;
  const processes: AppProcess[] = [];

  beforeAll(async () => {
    portal = new PortalRobot(await startTestApp());
    ada = await portal.student();
    dataDirectory = mkdtempSync(path.join(tmpdir(), 'lyceum-process-'));
  });
  afterAll(async () => {
    for (const app of processes) {
      app.kill('SIGKILL');
      await app.exited;
    }
    await portal.app.stop();
    rmSync(dataDirectory, { recursive: true, force: true });
  });

  /** Another process on the same database. */
  async function startProcess(): Promise<AppProcess> {
    const { secrets } = portal.app.config;
    const app = await startAppProcess({
      environment: {
        DATABASE_URL: portal.app.databaseUrl,
        DATA_DIR: dataDirectory,
        JWT_SECRET: secrets.jwt,
        ADMIN_SECRET: secrets.admin,
        ENCRYPTION_KEY: randomBytes(32).toString('base64'),
        EXECUTION_WARM_INTERPRETERS: '0',
        LOG_LEVEL: 'warn',
        ROLE: 'web',
      },
      timeoutMs: 60_000,
    });
    processes.push(app);
    return app;
  }

  async function startRun(app: AppProcess): Promise<string> {
    const answer = await fetch(`${app.url}/api/v1/execute`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${ada}`,
        'content-type': 'application/json',
        prefer: 'respond-async',
      },
      body: JSON.stringify({ code: endless, timeout: 30_000 }),
    });
    const { data } = (await answer.json()) as { data: { id: string } };
    await portal.reaches(ada, data.id, 'running');
    return data.id;
  }

  it.each([
    ['is killed', 'SIGKILL'],
    ['is stopped', 'SIGTERM'],
  ] as const)('is found by another process when it %s, and says that it can be sent again', async (_, signal) => {
    const app = await startProcess();
    const id = await startRun(app);
    app.kill(signal);
    await app.exited;
    if (signal === 'SIGTERM') expect((await portal.get(ada, id)).json.data.status).toBe('lost');
    // The sweeper finds it, nobody has to ask.
    await waitFor(
      async () => {
        const [row] = await portal.query<{ state: string }>('SELECT state FROM executions WHERE id = $1', [id]);
        return row?.state === 'lost';
      },
      { timeoutMs: 45_000, intervalMs: 500 },
    );
    expect((await portal.get(ada, id)).json.data.problem.message).toMatch(/send it again/);
  });
});
