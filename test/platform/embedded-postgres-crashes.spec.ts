import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import type { EmbeddedPostgres } from '../../src/platform/database/embedded-postgres/embedded-postgres.js';
import {
  findProcess,
  listProcesses,
  ownIdentity,
} from '../../src/platform/database/embedded-postgres/process-table.js';
import { nameOfClaim } from '../../src/platform/database/embedded-postgres/process.policy.js';
import { waitFor } from '../support/wait-for.js';
import { LyceumProcess, TestProject } from './embedded-postgres-project.js';

// Real clusters are made here, which takes a busy machine seconds.
jest.setTimeout(90_000);

let project: TestProject;
/** A data directory with a table, made once; its copies save most tests the creation of a database. */
let template: string;
let folder: string;
let dataDirectory: string;
let started: LyceumProcess[];
let unrelated: ChildProcess | undefined;

beforeAll(async () => {
  project = new TestProject();
  template = path.join(project.directory, 'template');
  const lyceum = project.start({ dataDirectory: template, isDurable: true });
  await query(await lyceum.ready(), `CREATE TABLE kept AS SELECT 'data' AS word`);
  await lyceum.interrupt();
});

afterAll(() => project.remove());

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'lyceum-crash-'));
  chmodSync(folder, 0o711);
  dataDirectory = path.join(folder, 'data');
  started = [];
});

afterEach(async () => {
  await Promise.all(started.map((lyceum) => lyceum.killHard()));
  unrelated?.kill('SIGKILL');
  await waitFor(() => postgresProcesses().length === 0).finally(() => {
    for (const pid of postgresProcesses()) process.kill(pid, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
});

function start(limits?: string): LyceumProcess {
  const lyceum = project.start({ dataDirectory, isDurable: true }, limits);
  started.push(lyceum);
  return lyceum;
}

/** A run on data that an earlier one has left, with a commit of its own. */
async function startWithData(): Promise<{ lyceum: LyceumProcess; postgres: EmbeddedPostgres }> {
  execFileSync('cp', ['-a', template, dataDirectory]);
  const lyceum = start();
  const postgres = await lyceum.ready();
  await query(postgres, `UPDATE kept SET word = 'newer data'`);
  return { lyceum, postgres };
}

async function expectDataAfterRestart(): Promise<LyceumProcess> {
  const lyceum = start();
  expect(await query(await lyceum.ready(), 'SELECT word FROM kept')).toEqual([{ word: 'newer data' }]);
  return lyceum;
}

async function query(postgres: EmbeddedPostgres, text: string): Promise<unknown[]> {
  const client = await connect(postgres);
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

async function connect({ connectionString }: EmbeddedPostgres): Promise<Client> {
  const client = new Client({ connectionString });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Server and backends of the test's own cluster, wherever they come from. */
function postgresProcesses(): number[] {
  return listProcesses()
    .filter(({ command, workingDirectory }) => command === 'postgres' && workingDirectory?.startsWith(folder))
    .map(({ pid }) => pid);
}

/** Ends the run so that its Postgres goes on without it: first the guardian dies, then the application. */
async function abandon(lyceum: LyceumProcess, postgres: EmbeddedPostgres): Promise<void> {
  const guardian = listProcesses().find(
    ({ command, commandLine }) => command === 'sh' && commandLine.includes(postgres.clusterDirectory),
  );
  process.kill(guardian?.pid ?? 0, 'SIGKILL');
  await waitFor(() => findProcess(guardian?.pid ?? 0) === undefined);
  await lyceum.killHard();
  expect(findProcess(postgres.processId)?.command).toBe('postgres');
}

describe('embedded PostgreSQL and the death of others', () => {
  it('ends with the application, even when that is killed, and starts again with its data', async () => {
    const { lyceum } = await startWithData();
    await lyceum.killHard();
    await waitFor(() => postgresProcesses().length === 0);
    await expectDataAfterRestart();
  });

  it('is still there for the application when Ctrl-C reaches the whole terminal', async () => {
    const { lyceum } = await startWithData();
    await lyceum.interrupt();
    expect(lyceum.find('answerAfterSignal')).toBe(1);
    expect(lyceum.find('exit')).toBeUndefined();
    expect(await lyceum.ended).toBe(0);
    expect(postgresProcesses()).toEqual([]);
    expect(readdirSync(dataDirectory).filter((name) => name.startsWith('postgres.owner'))).toEqual([]);
  });

  it('refuses a second application on the same data and names the first', async () => {
    const { lyceum, postgres } = await startWithData();
    const second = start();
    await expect(second.ready()).rejects.toMatchObject({
      code: 'embedded-postgres.already-running',
      message: expect.stringContaining(`kill ${lyceum.pid}`) as string,
    });
    expect(await query(postgres, 'SELECT word FROM kept')).toEqual([{ word: 'newer data' }]);
    await lyceum.interrupt();
    await expectDataAfterRestart();
  });

  it('lets exactly one of several through that start at the same moment', async () => {
    const outcomes = await Promise.allSettled([start(), start(), start()].map((lyceum) => lyceum.ready()));
    const refusals = outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
    expect(refusals).toEqual([
      expect.objectContaining({ code: 'embedded-postgres.already-running' }),
      expect.objectContaining({ code: 'embedded-postgres.already-running' }),
    ]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBe(1);
  });

  it('does not mistake a living process for a dead owner with the same pid', async () => {
    const { lyceum } = await startWithData();
    await lyceum.interrupt();
    const own = ownIdentity();
    const claims = [
      nameOfClaim({ ...own, startedAtTicks: own.startedAtTicks - 1 }),
      nameOfClaim({ ...own, bootId: '00000000-0000-0000-0000-000000000000' }),
      nameOfClaim({ ...own, pid: 2 ** 22 + 1 }),
    ];
    for (const claim of claims) writeFileSync(path.join(dataDirectory, claim), '');
    await expectDataAfterRestart();
    expect(readdirSync(dataDirectory).filter((name) => claims.includes(name))).toEqual([]);
  });

  it('recovers when everything was killed at once', async () => {
    const { lyceum } = await startWithData();
    const victims = postgresProcesses();
    await lyceum.killHard();
    for (const pid of victims) if (findProcess(pid)) process.kill(pid, 'SIGKILL');
    await waitFor(() => postgresProcesses().length === 0);
    const stale = `4194301\n${path.join(dataDirectory, 'postgres')}\n1700000000\n5432\n\n127.0.0.1\n`;
    writeFileSync(path.join(dataDirectory, 'postgres', 'postmaster.pid'), stale);
    await expectDataAfterRestart();
  });

  it('starts although the pid of its predecessor belongs to somebody else by now, who is left alone', async () => {
    const { lyceum, postgres } = await startWithData();
    await lyceum.interrupt();
    const statusFile = path.join(postgres.clusterDirectory, 'postmaster.pid');
    const { uid, gid } = statSync(postgres.clusterDirectory);
    unrelated = spawn('sleep', ['600'], { uid, gid, stdio: 'ignore' });
    writeFileSync(statusFile, `${unrelated.pid}\n${postgres.clusterDirectory}\n1700000000\n5432\n\n127.0.0.1\n`);
    chownSync(statusFile, uid, gid);
    await expectDataAfterRestart();
    expect(unrelated.exitCode ?? unrelated.signalCode).toBeNull();
  });

  it('stops a Postgres that lost its application, and goes on with its data', async () => {
    const { lyceum, postgres } = await startWithData();
    await abandon(lyceum, postgres);
    const next = await expectDataAfterRestart();
    expect(next.logged()).toContain(String(postgres.processId));
    expect(findProcess(postgres.processId)?.workingDirectory).not.toBe(postgres.clusterDirectory);
  });

  it('does not wait for the clients of a Postgres that is shutting down already', async () => {
    const { lyceum, postgres } = await startWithData();
    await abandon(lyceum, postgres);
    const client = await connect(postgres);
    await client.query('BEGIN');
    // Smart shutdown: waits for the client, which does not go.
    process.kill(postgres.processId, 'SIGTERM');
    await waitFor(() =>
      readFileSync(path.join(postgres.clusterDirectory, 'postmaster.pid'), 'utf8').includes('stopping'),
    );
    await expectDataAfterRestart();
    await client.end();
  });

  it('ends backends that outlive their server, busy with a query', async () => {
    const { lyceum, postgres } = await startWithData();
    const client = await connect(postgres);
    void client.query('SELECT count(*) FROM generate_series(1, 1e12::bigint)').catch(() => undefined);
    const isBusy = `SELECT 1 FROM pg_stat_activity WHERE query LIKE '%1e12%' AND pid <> pg_backend_pid() AND state = 'active'`;
    await waitFor(async () => (await query(postgres, isBusy)).length > 0);
    process.kill(postgres.processId, 'SIGKILL');
    await waitFor(() => lyceum.find('exit'));
    expect(lyceum.find('exit')).toMatchObject({ signal: 'SIGKILL' });
    await lyceum.killHard();
    expect(postgresProcesses().length).toBeGreaterThan(0);
    await expectDataAfterRestart();
    await client.end();
  });

  it('does not take a database for whole whose making was broken off', async () => {
    const first = start();
    await waitFor(
      () => existsSync(dataDirectory) && readdirSync(dataDirectory).some((name) => name.includes('unfinished')),
      {
        intervalMs: 2,
      },
    );
    await first.killHard();
    expect(existsSync(path.join(dataDirectory, 'postgres'))).toBe(false);
    const second = start();
    await second.ready();
    await second.interrupt();
    await waitFor(() => postgresProcesses().length === 0);
    await start().ready();
    expect(readdirSync(dataDirectory).filter((name) => name.includes('unfinished'))).toEqual([]);
  });

  it('repeats the last words of PostgreSQL when there is no room, and leaves nothing half-made', async () => {
    // No file larger than 1 MB: less than one segment of the write-ahead log.
    const cramped = start('-f 2000');
    await expect(cramped.ready()).rejects.toMatchObject({
      code: 'embedded-postgres.start-failed',
      message: expect.stringMatching(
        /initdb failed.*(File too large|File size limit exceeded).*DATABASE_URL/s,
      ) as string,
    });
    expect(readdirSync(dataDirectory)).toEqual(['postgres.password']);
    await start().ready();
  });

  (canMount() ? it : it.skip)('says that the disk is full, and has its data when there is room again', async () => {
    execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=80m,mode=711', 'tmpfs', folder]);
    try {
      const { lyceum } = await startWithData();
      await lyceum.interrupt();
      const filler = path.join(folder, 'filler');
      expect(() => writeFileSync(filler, Buffer.alloc(80_000_000))).toThrow('ENOSPC');
      await expect(start().ready()).rejects.toMatchObject({
        code: 'embedded-postgres.start-failed',
        message: expect.stringContaining('No space left on device') as string,
      });
      rmSync(filler);
      await (await expectDataAfterRestart()).interrupt();
    } finally {
      execFileSync('/bin/umount', [folder]);
    }
  });
});

/** Root may mount file systems, except in most containers. */
function canMount(): boolean {
  const probe = mkdtempSync(path.join(tmpdir(), 'lyceum-mount-'));
  try {
    execFileSync('/bin/mount', ['-t', 'tmpfs', 'tmpfs', probe], { stdio: 'ignore' });
    execFileSync('/bin/umount', [probe]);
    return true;
  } catch {
    return false;
  } finally {
    rmdirSync(probe);
  }
}
