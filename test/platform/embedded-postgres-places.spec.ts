import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import type { EmbeddedPostgres } from '../../src/platform/database/embedded-postgres/embedded-postgres.js';
import { isRoot, nobody, TestProject, type LyceumProcess, type StartOptions } from './embedded-postgres-project.js';

// Real clusters are made here, which takes a busy machine seconds.
jest.setTimeout(90_000);

/** Run as root, these tests also play an ordinary user; run as an ordinary user, they can only be that. */
const asUser = isRoot ? nobody : {};
const describeAsRoot = isRoot ? describe : describe.skip;

let folder: string;
/** Stands in for /var/lib/lyceum. */
let system: string;
let dataDirectory: string;
let project: TestProject;
let privateProject: TestProject;
let started: LyceumProcess[];

beforeAll(() => {
  project = new TestProject();
  if (isRoot) privateProject = new TestProject(mkdtempSync(path.join(tmpdir(), 'lyceum-private-')));
});

afterAll(async () => {
  await project.remove();
  if (!isRoot) return;
  await privateProject.remove();
  rmSync(path.dirname(privateProject.directory), { recursive: true });
});

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'lyceum-places-'));
  chmodSync(folder, 0o711);
  system = path.join(folder, 'system', 'lyceum');
  dataDirectory = path.join(folder, 'data');
  started = [];
});

afterEach(async () => {
  await Promise.all(started.map((lyceum) => lyceum.interrupt()));
  rmSync(folder, { recursive: true, force: true });
});

function start(options: Partial<StartOptions> = {}, from = project): LyceumProcess {
  const lyceum = from.start({ dataDirectory, systemDirectories: [system], ...options });
  started.push(lyceum);
  return lyceum;
}

async function stop(lyceum: LyceumProcess): Promise<void> {
  started = started.filter((each) => each !== lyceum);
  await lyceum.interrupt();
}

async function query({ connectionString }: EmbeddedPostgres, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

/** Starts, leaves a table behind, and stops. */
async function leaveData(options: Partial<StartOptions> = {}, from = project): Promise<EmbeddedPostgres> {
  const lyceum = start(options, from);
  const postgres = await lyceum.ready();
  await query(postgres, `CREATE TABLE kept AS SELECT 'data' AS word`);
  await stop(lyceum);
  return postgres;
}

async function expectData(postgres: EmbeddedPostgres): Promise<void> {
  expect(await query(postgres, 'SELECT word FROM kept')).toEqual([{ word: 'data' }]);
}

/** A directory of the ordinary user. */
function makeOwnDirectory(name: string, mode = 0o700): string {
  const directory = path.join(folder, name);
  mkdirSync(directory);
  if (isRoot) chownSync(directory, nobody.uid, nobody.gid);
  chmodSync(directory, mode);
  return directory;
}

function linksIn(directory: string): string[] {
  return readdirSync(path.join(directory, 'lib')).filter((name) =>
    lstatSync(path.join(directory, 'lib', name)).isSymbolicLink(),
  );
}

function removeLinks(directory: string): void {
  for (const name of linksIn(directory)) rmSync(path.join(directory, 'lib', name));
}

describe('embedded PostgreSQL of an ordinary user', () => {
  it('keeps everything in the data directory, under its own account', async () => {
    dataDirectory = makeOwnDirectory('own');
    const postgres = await leaveData(asUser);
    expect(postgres).toMatchObject({
      clusterDirectory: path.join(dataDirectory, 'postgres'),
      binariesDirectory: project.binariesDirectory,
      notes: [],
    });
    const owners = readdirSync(dataDirectory).map((name) => statSync(path.join(dataDirectory, name)).uid);
    expect(new Set(owners)).toEqual(new Set([isRoot ? nobody.uid : process.getuid?.()]));
    await expectData(await start(asUser).ready());
  });

  it('says where it cannot write', async () => {
    const closed = makeOwnDirectory('closed', 0o555);
    for (const directory of [closed, path.join(closed, 'data')]) {
      dataDirectory = directory;
      const lyceum = start(asUser);
      await expect(lyceum.ready()).rejects.toMatchObject({
        code: 'embedded-postgres.storage-failed',
        message: expect.stringContaining(directory) as string,
      });
      started = started.filter((each) => each !== lyceum);
    }
  });

  it('says what to do when npm did not install the programs', async () => {
    const installed = path.dirname(project.binariesDirectory);
    renameSync(installed, `${installed}.away`);
    dataDirectory = makeOwnDirectory('own');
    const lyceum = start(asUser);
    await expect(lyceum.ready()).rejects.toMatchObject({
      code: 'embedded-postgres.platform-not-supported',
      message: expect.stringContaining('set DATABASE_URL') as string,
    });
    started = [];
    renameSync(`${installed}.away`, installed);
  });

  it('makes the links that npm ci --ignore-scripts leaves out, for several at once', async () => {
    const links = linksIn(project.binariesDirectory);
    removeLinks(project.binariesDirectory);
    const both = [start({ dataDirectory: path.join(folder, 'a') }), start({ dataDirectory: path.join(folder, 'b') })];
    for (const postgres of await Promise.all(both.map((lyceum) => lyceum.ready()))) {
      expect(postgres.binariesDirectory).toBe(project.binariesDirectory);
    }
    expect(linksIn(project.binariesDirectory)).toEqual(links);
    expect(links).toContain('libpq.so.5');
  });

  it('copies the programs once when it cannot make the links', async () => {
    removeLinks(project.binariesDirectory);
    // Not the user's, when we are root; else closed to ourselves.
    const library = path.join(project.binariesDirectory, 'lib');
    chmodSync(library, 0o555);
    dataDirectory = makeOwnDirectory('own');
    const first = await leaveData(asUser);
    chmodSync(library, 0o755);
    expect(path.dirname(path.dirname(first.binariesDirectory))).toBe(dataDirectory);
    expect(first.notes.join()).toContain('cannot be written');
    const program = path.join(first.binariesDirectory, 'bin/postgres');
    const { ino } = statSync(program);

    chmodSync(library, 0o555);
    const second = start(asUser);
    await expectData(await second.ready());
    expect(statSync(program).ino).toBe(ino);
    await stop(second);

    // What a power cut leaves of a copy.
    truncateSync(path.join(first.binariesDirectory, 'lib/libz.so.1'), 0);
    await expectData(await start(asUser).ready());
    chmodSync(library, 0o755);
  });
});

describeAsRoot('embedded PostgreSQL started by root', () => {
  it('runs as another account, with the data inside the data directory when that can be reached', async () => {
    const postgres = await leaveData();
    expect(postgres.clusterDirectory).toBe(path.join(dataDirectory, 'postgres'));
    expect(postgres.notes).toEqual([
      `PostgreSQL refuses to run as root, so it runs as the account ${postgres.account}.`,
    ]);
    expect(statSync(postgres.clusterDirectory).uid).not.toBe(0);
    expect(statSync(dataDirectory).mode & 0o777).toBe(0o711);
    expect(existsSync(system)).toBe(false);
  });

  it('finds a place for data and programs when only root can enter the project, and finds it again', async () => {
    dataDirectory = path.join(privateProject.directory, 'data');
    removeLinks(privateProject.binariesDirectory);
    // As after `umask 077; npm ci --ignore-scripts`.
    execFileSync('chmod', ['-R', 'go=', privateProject.binariesDirectory]);
    const first = await leaveData({}, privateProject);
    expect(first.clusterDirectory).toMatch(new RegExp(`^${system}/lyceum-project-.*-data-[0-9a-f]{16}$`));
    expect(first.binariesDirectory.startsWith(`${system}/postgres-18`)).toBe(true);
    const barrier = path.dirname(privateProject.directory);
    expect(first.notes.join('\n')).toMatch(
      new RegExp(`${first.clusterDirectory}, because .* cannot enter ${barrier}.*${system}.*because`, 's'),
    );
    const record = readFileSync(path.join(dataDirectory, 'postgres.json'), 'utf8');
    expect(record).toContain(first.clusterDirectory);
    expect(statSync(system)).toMatchObject({ uid: 0, mode: 0o40755 });
    expect(statSync(first.clusterDirectory).mode).toBe(0o40700);

    const second = start({}, privateProject);
    await expectData(await second.ready());
    await stop(second);

    // A new checkout in the same place begins with nothing, and the old data is still there.
    rmSync(dataDirectory, { recursive: true });
    const third = await start({}, privateProject).ready();
    expect(await query(third, `SELECT 1 FROM pg_tables WHERE tablename = 'kept'`)).toEqual([]);
    const aside = readdirSync(system).find((name) => name.includes('.set-aside-')) ?? '';
    expect(third.notes.join()).toContain(aside);
    expect(existsSync(path.join(system, aside, 'PG_VERSION'))).toBe(true);
  });

  it('does not begin anew when the recorded place has vanished', async () => {
    mkdirSync(dataDirectory, { mode: 0o700 });
    const { clusterDirectory } = await leaveData();
    rmSync(clusterDirectory, { recursive: true });
    await expect(start().ready()).rejects.toMatchObject({
      code: 'embedded-postgres.recorded-is-gone',
      message: expect.stringContaining(clusterDirectory) as string,
    });
    started = [];
  });

  it('puts nothing where somebody else could exchange it', async () => {
    dataDirectory = path.join(makeOwnDirectory('theirs', 0o755), 'data');
    mkdirSync(dataDirectory);
    chmodSync(dataDirectory, 0o755);
    const open = path.join(folder, 'open');
    mkdirSync(open);
    chmodSync(open, 0o777);
    await expect(start({ systemDirectories: [path.join(open, 'lyceum')] }).ready()).rejects.toMatchObject({
      code: 'embedded-postgres.no-place',
      message: expect.stringMatching(
        /could exchange what lies in .*theirs.*could exchange what lies in .*open/s,
      ) as string,
    });
    expect(readdirSync(open)).toEqual([]);
    started = [];

    const postgres = await start({ systemDirectories: [path.join(open, 'lyceum'), system] }).ready();
    expect(path.dirname(postgres.clusterDirectory)).toBe(system);
  });

  it('goes on with the data of an ordinary user, as that user', async () => {
    dataDirectory = makeOwnDirectory('own', 0o711);
    await leaveData(nobody);
    const postgres = await start().ready();
    expect(postgres.account).toBe('nobody');
    await expectData(postgres);
    expect(statSync(`/proc/${postgres.processId}`).uid).toBe(nobody.uid);
  });

  it('does not hide its data from an ordinary user behind an empty database', async () => {
    // Closed to the account that PostgreSQL runs as, which is not this user's.
    dataDirectory = makeOwnDirectory('own', 0o700);
    const { clusterDirectory } = await leaveData();
    expect(path.dirname(clusterDirectory)).toBe(system);
    for (const file of ['postgres.password', 'postgres.log'])
      chownSync(path.join(dataDirectory, file), nobody.uid, nobody.gid);
    await expect(start(nobody).ready()).rejects.toMatchObject({
      code: 'embedded-postgres.recorded-elsewhere',
      message: expect.stringContaining(clusterDirectory) as string,
    });
    started = [];
  });

  it('does not follow a link in the place of the data', async () => {
    const victim = path.join(folder, 'victim');
    mkdirSync(victim);
    mkdirSync(dataDirectory);
    execFileSync('ln', ['-s', victim, path.join(dataDirectory, 'postgres')]);
    await expect(start().ready()).rejects.toMatchObject({ code: 'embedded-postgres.not-a-cluster' });
    expect(readdirSync(victim)).toEqual([]);
    expect(statSync(victim).uid).toBe(0);
    started = [];
  });
});
