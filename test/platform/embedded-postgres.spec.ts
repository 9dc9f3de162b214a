import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  type UnexpectedExit,
} from '../../src/platform/database/embedded-postgres/embedded-postgres.js';
import { waitFor } from '../support/wait-for.js';

// Real clusters are made here, which takes a busy machine seconds.
jest.setTimeout(90_000);

/** A data directory with an empty table, made once; its copies save most tests the creation of a database. */
let template: string;
let folder: string;
let running: EmbeddedPostgres[];

beforeAll(async () => {
  template = makeFolder();
  const postgres = await startEmbeddedPostgres({ dataDirectory: template, log: () => undefined });
  await query(postgres, 'CREATE TABLE kept ()');
  await postgres.stop();
});

afterAll(() => rmSync(template, { recursive: true }));

beforeEach(() => {
  folder = makeFolder();
  running = [];
});

afterEach(async () => {
  await Promise.all(running.map((postgres) => postgres.stop()));
  rmSync(folder, { recursive: true, force: true });
});

function makeFolder(): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'lyceum-postgres-'));
  // As root, Postgres runs as another account and has to come through here.
  chmodSync(directory, 0o711);
  return directory;
}

/** Starts on a copy of the template. */
async function startWithData(): Promise<EmbeddedPostgres> {
  execFileSync('cp', ['-a', template, path.join(folder, 'data')]);
  return start();
}

async function start(options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
  const dataDirectory = path.join(folder, 'data');
  const postgres = await startEmbeddedPostgres({ dataDirectory, isDurable: false, log: () => undefined, ...options });
  running.push(postgres);
  return postgres;
}

async function query(postgres: { connectionString: string }, text: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: postgres.connectionString });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

async function settingsOf(postgres: EmbeddedPostgres, names: string[]): Promise<Record<string, unknown>> {
  const rows = await query(postgres, `SELECT name, setting FROM pg_settings WHERE name IN ('${names.join("','")}')`);
  return Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
}

describe('embedded PostgreSQL', () => {
  it('serves an empty database in UTF-8 and UTC, and only to who knows the password', async () => {
    const postgres = await start();
    const [facts] = await query(
      postgres,
      `SELECT current_database() AS database, pg_encoding_to_char(encoding) AS encoding, datlocprovider AS provider,
              datlocale AS locale, lower('ÄÖÉ') AS lower, rolsuper AS "isSuperuser", rolcreatedb AS "mayCreateDatabases",
              (SELECT count(*)::int FROM pg_tables WHERE schemaname = 'public') AS tables
         FROM pg_database, pg_roles WHERE datname = current_database() AND rolname = current_user`,
    );
    expect(facts).toEqual({
      database: 'lyceum',
      encoding: 'UTF8',
      provider: 'b',
      locale: 'C.UTF-8',
      lower: 'äöé',
      isSuperuser: false,
      mayCreateDatabases: true,
      tables: 0,
    });
    const names = ['TimeZone', 'listen_addresses', 'max_connections', 'jit', 'fsync'];
    expect(await settingsOf(postgres, names)).toEqual({
      TimeZone: 'UTC',
      listen_addresses: '127.0.0.1',
      max_connections: '60',
      jit: 'off',
      fsync: 'off',
    });
    // Its fifth line names the directory of the Unix socket.
    const statusFile = path.join(postgres.clusterDirectory, 'postmaster.pid');
    expect(readFileSync(statusFile, 'utf8').split('\n').slice(4, 6)).toEqual(['', '127.0.0.1']);

    const rules = readFileSync(path.join(postgres.clusterDirectory, 'pg_hba.conf'), 'utf8')
      .split('\n')
      .filter((line) => /^[a-z]/.test(line));
    expect(rules.length).toBeGreaterThan(0);
    expect(rules.filter((rule) => !rule.endsWith('scram-sha-256'))).toEqual([]);
    for (const [user, password] of [
      ['lyceum', 'wrong'],
      ['lyceum', ''],
      ['postgres', 'postgres'],
    ]) {
      const url = new URL(postgres.connectionString);
      Object.assign(url, { username: user, password });
      await expect(query({ connectionString: url.href }, 'SELECT 1')).rejects.toThrow(/password/);
    }
  });

  it('keeps data and password, in files for their owner only, and writes to disk unless told not to', async () => {
    const first = await start({ isDurable: true });
    expect(await settingsOf(first, ['fsync', 'full_page_writes', 'synchronous_commit'])).toEqual({
      fsync: 'on',
      full_page_writes: 'on',
      synchronous_commit: 'on',
    });
    await query(first, 'CREATE TABLE kept (word text)');
    await query(first, `INSERT INTO kept VALUES ('data')`);
    await first.stop();
    await first.stop();

    const second = await start({ maxConnections: 20 });
    expect(await query(second, 'SELECT word FROM kept')).toEqual([{ word: 'data' }]);
    expect(await settingsOf(second, ['max_connections'])).toEqual({ max_connections: '20' });
    expect(new URL(second.connectionString).password).toBe(new URL(first.connectionString).password);

    expect(statSync(path.join(second.dataDirectory, 'postgres.password')).mode & 0o777).toBe(0o600);
    expect(statSync(second.clusterDirectory).mode & 0o777).toBe(0o700);
    expect(statSync(second.logFile).mode & 0o777).toBe(0o600);
    expect(readFileSync(second.logFile, 'utf8')).toContain('ready to accept connections');
    const names = readdirSync(second.dataDirectory).filter((name) => !name.startsWith('postgres.owner.'));
    expect(names.toSorted()).toEqual(['postgres', 'postgres.json', 'postgres.log', 'postgres.password']);
  });

  it('gives Postgres nothing of its own environment', async () => {
    process.env['LYCEUM_TEST_SECRET'] = 'hush';
    try {
      const postgres = await startWithData();
      const environment = readFileSync(`/proc/${postgres.processId}/environ`, 'utf8');
      expect(environment.includes('TZ=UTC')).toBe(true);
      expect(environment.includes('LYCEUM_TEST_SECRET')).toBe(false);
    } finally {
      delete process.env['LYCEUM_TEST_SECRET'];
    }
  });

  it('sets a new password when the file is missing, and says what to do when it is wrong', async () => {
    const first = await startWithData();
    await first.stop();
    const passwordFile = path.join(first.dataDirectory, 'postgres.password');
    writeFileSync(passwordFile, 'not-the-password\n');
    await expect(start()).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'embedded-postgres.password-refused',
      message: expect.stringContaining(passwordFile) as string,
    });

    rmSync(passwordFile);
    const second = await start();
    expect(await query(second, 'SELECT * FROM kept')).toEqual([]);
    expect(second.connectionString).not.toContain(new URL(first.connectionString).password);
    expect(second.notes.join()).toContain('a new password was set');
  });

  it.each([
    ['spaces, quotes and what a shell would run', `it's "my" $(touch pwned) data; \`id\``],
    ['other scripts', 'données 学校 🎓'],
    ['a very long path', Array.from({ length: 4 }, (_, index) => String(index).repeat(200)).join('/')],
  ])('works on a path with %s', async (_, name) => {
    const dataDirectory = path.join(folder, name);
    const first = await start({ dataDirectory });
    await query(first, 'CREATE TABLE kept ()');
    await first.stop();
    expect(await query(await start({ dataDirectory }), 'SELECT * FROM kept')).toEqual([]);
    expect(readdirSync(folder).length).toBe(1);
  });

  it.each([
    ['too long', Array.from({ length: 10 }, () => 'x'.repeat(100)).join('/'), 'at most 900'],
    ['broken into lines', 'a\nb', 'line break'],
  ])('refuses a path that is %s', async (_, name, reason) => {
    await expect(start({ dataDirectory: path.join(folder, name), systemDirectories: [] })).rejects.toMatchObject({
      code: 'embedded-postgres.no-place',
      message: expect.stringContaining(reason) as string,
    });
  });

  it('refuses a second start on the same directory, also in the same process, until the first has stopped', async () => {
    const first = await startWithData();
    await expect(start()).rejects.toMatchObject({
      code: 'embedded-postgres.already-running',
      message: expect.stringContaining(`process ${process.pid}`) as string,
    });
    expect(await query(first, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await first.stop();
    await start();
  });

  it('tells when Postgres dies, and only when nobody stopped it', async () => {
    const exits: UnexpectedExit[] = [];
    await (await startWithData()).stop();
    const stopped = await start({ onExit: (exit) => exits.push(exit) });
    await stopped.stop();
    const next = await start({ onExit: (exit) => exits.push(exit) });
    expect(exits).toEqual([]);
    process.kill(next.processId, 'SIGKILL');
    await waitFor(() => exits.length > 0);
    expect(exits).toEqual([{ code: null, signal: 'SIGKILL', lastLines: expect.any(Array) as string[] }]);
    await next.stop();
    await start();
  });

  it('leaves a cluster of another major version alone', async () => {
    const postgres = await startWithData();
    await postgres.stop();
    writeFileSync(path.join(postgres.clusterDirectory, 'PG_VERSION'), '16\n');
    const before = readdirSync(postgres.clusterDirectory, { recursive: true });
    await expect(start()).rejects.toMatchObject({
      code: 'embedded-postgres.other-major-version',
      message: expect.stringMatching(/PostgreSQL 16.*PostgreSQL 18.*pg_dump/s) as string,
    });
    expect(readdirSync(postgres.clusterDirectory, { recursive: true })).toEqual(before);
  });

  it('does not take something else for its data', async () => {
    const place = path.join(folder, 'data', 'postgres');
    mkdirSync(place, { recursive: true });
    writeFileSync(path.join(place, 'thesis.txt'), 'five years of work');
    await expect(start()).rejects.toMatchObject({ code: 'embedded-postgres.not-a-cluster' });
    expect(readdirSync(place)).toEqual(['thesis.txt']);
    rmSync(path.join(place, 'thesis.txt'));
    await start();
  });

  it('leaves nothing behind when discarded', async () => {
    const postgres = await startWithData();
    await postgres.discard();
    expect(existsSync(postgres.clusterDirectory)).toBe(false);
    expect(readdirSync(postgres.dataDirectory)).toEqual([]);
  });
});
