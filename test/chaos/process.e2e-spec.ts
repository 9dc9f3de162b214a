import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findFreePort, startAppProcess, type AppProcess } from '../support/app-process.js';
import { waitFor } from '../support/wait-for.js';

// Each test starts whole processes, which takes its time on a busy machine.
jest.setTimeout(120_000);

/** The program as its operator runs it, with its embedded database. */
describe('the process', () => {
  let dataDirectory: string;
  const started: AppProcess[] = [];

  beforeEach(() => {
    const directory = mkdtempSync(path.join(tmpdir(), 'lyceum-process-'));
    // As root PostgreSQL runs as another account, which has to pass through.
    chmodSync(directory, 0o711);
    dataDirectory = path.join(directory, 'data');
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map((app) => app.stop()));
    rmSync(path.dirname(dataDirectory), { recursive: true, force: true });
  });

  async function start(environment: Record<string, string> = {}, isReadyAwaited = true): Promise<AppProcess> {
    const app = await startAppProcess({
      environment: { DATA_DIR: dataDirectory, LOG_LEVEL: 'warn', ...environment },
      isReadyAwaited,
      timeoutMs: 60_000,
    });
    started.push(app);
    return app;
  }

  const register = (app: AppProcess, email: string) =>
    fetch(`${app.url}/api/v1/auth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password: 'correct horse battery' }),
    });

  it('says where everything is, stops cleanly, and keeps all data for the next start', async () => {
    const first = await start();
    for (const fact of [first.url, '/docs', dataDirectory, 'secrets.json', 'Redis', 'Python']) {
      await waitFor(() => first.output().includes(fact), { what: `"${fact}" in the start message` });
    }
    expect((await register(first, 'ada@example.org')).status).toBe(201);
    expect(await first.stop()).toBe(0);

    const second = await start();
    expect((await register(second, 'ada@example.org')).status).toBe(409);
    expect(await second.stop()).toBe(0);
  });

  it('starts again at once after it was killed, on the same data', async () => {
    const first = await start();
    expect((await register(first, 'ada@example.org')).status).toBe(201);
    first.kill('SIGKILL');
    await first.exited;
    const second = await start();
    expect((await register(second, 'ada@example.org')).status).toBe(409);
  });

  it('refuses a port that is taken, with a message that says what to do, and leaves no database behind', async () => {
    const port = await findFreePort();
    const blocker = await listen(port);
    const app = await start({ PORT: String(port) }, false);
    expect(await app.exited).toBe(69);
    expect(app.output()).toContain(`Port ${port} on 127.0.0.1 is taken`);
    blocker.close();
    const next = await start({ PORT: String(port) });
    expect((await fetch(`${next.url}/health/live`)).status).toBe(200);
  });

  it('refuses a data directory that another Lyceum uses, naming its process', async () => {
    const first = await start();
    const second = await start({}, false);
    expect(await second.exited).toBe(69);
    expect(second.output()).toContain(String(first.pid));
    expect((await fetch(`${first.url}/health/ready`)).status).toBe(200);
  });

  it('refuses a configuration that is not usable, naming every bad variable', async () => {
    const app = await start({ NODE_ENV: 'production', LOG_LEVEL: 'loud' }, false);
    expect(await app.exited).toBe(78);
    for (const name of ['LOG_LEVEL', 'DATABASE_URL', 'JWT_SECRET', 'ADMIN_SECRET', 'ENCRYPTION_KEY']) {
      expect(app.output()).toContain(`- ${name}: `);
    }
  });

  it('answers what is in flight after SIGTERM, and is no longer ready', async () => {
    const app = await start();
    const slow = register(app, 'grace@example.org');
    app.kill('SIGTERM');
    const response = await slow.catch(() => undefined);
    // Either it came before the signal was seen and is answered in full, or the connection was never accepted.
    if (response !== undefined) expect(response.status).toBe(201);
    expect(await app.exited).toBe(0);
  });
});

function listen(port: number): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer().listen(port, '127.0.0.1', () => resolve(server));
  });
}
