import { randomBytes } from 'node:crypto';
import { lchown, lstat, mkdir, open, readdir, readFile, rename, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import type { Account } from './account.policy.js';
import { isOwn } from './current-account.js';
import { notACluster, otherMajorVersion } from './embedded-postgres.errors.js';
import { runProgram } from './run-program.js';

/** The database and the ordinary role, no superuser, that owns it. The role may create databases: the tests do. */
export const databaseName = 'lyceum';
export const roleName = 'lyceum';

export interface ClusterOptions {
  clusterDirectory: string;
  account: Account;
  binariesDirectory: string;
  /** Of {@link roleName}. Letters, digits, `-` and `_` only. */
  password: string;
  /** False: leave the writing to disk to the operating system. */
  isDurable: boolean;
}

/**
 * Creates a cluster with the database and role of Lyceum. It is made beside its place and moved there when it is whole, so a
 * half-made one is never taken for data.
 *
 * @throws AppError `embedded-postgres.start-failed` with the last words of initdb
 */
export async function createCluster(options: ClusterOptions): Promise<void> {
  const { clusterDirectory, account, binariesDirectory, isDurable } = options;
  await removeUnfinished(clusterDirectory, account);
  const workshop = `${clusterDirectory}${unfinished}${randomBytes(4).toString('hex')}`;
  const passwordFile = path.join(workshop, 'superuser-password');
  const cluster = path.join(workshop, 'cluster');
  await mkdir(workshop, { mode: 0o700 });
  try {
    await lchown(workshop, account.uid, account.gid);
    // Nobody needs the superuser's password: whoever may read it may as well start PostgreSQL in single-user mode.
    await writeNewFile(passwordFile, randomBytes(32).toString('base64url'), account);
    await runProgram(
      'initdb',
      [
        path.join(binariesDirectory, 'bin/initdb'),
        `--pgdata=${cluster}`,
        '--username=postgres',
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        // PostgreSQL's own C.UTF-8: the machine may have no locales, and an update of its C library cannot corrupt indexes.
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--no-instructions',
        ...(isDurable ? [] : ['--no-sync']),
      ],
      { account },
    );
    await runAsSuperuser({ ...options, clusterDirectory: cluster }, [
      `CREATE ROLE ${roleName} LOGIN CREATEDB PASSWORD '${options.password}'`,
      `CREATE DATABASE ${databaseName} OWNER ${roleName}`,
    ]);
    await rename(cluster, clusterDirectory);
    if (isDurable) await syncDirectory(path.dirname(clusterDirectory));
  } finally {
    await removeTree(workshop, account).catch(() => undefined);
  }
  const { uid } = await lstat(clusterDirectory);
  if (uid !== account.uid) throw notACluster(clusterDirectory);
}

/** Gives the role of Lyceum another password; the server must not be running. */
export async function changePassword(options: ClusterOptions): Promise<void> {
  await runAsSuperuser(options, [`ALTER ROLE ${roleName} PASSWORD '${options.password}'`]);
}

/**
 * Makes sure, by reading only, that these programs can work on the cluster.
 *
 * @throws AppError `embedded-postgres.other-major-version`
 */
export async function requireMajorVersion(clusterDirectory: string, majorVersion: number): Promise<void> {
  const found = (await readFile(path.join(clusterDirectory, 'PG_VERSION'), 'utf8')).trim();
  if (found !== String(majorVersion)) throw otherMajorVersion(clusterDirectory, found, majorVersion);
}

/** Moves a cluster out of the way under a name that says when. */
export async function setAsideCluster(clusterDirectory: string): Promise<string> {
  const moment = new Date().toISOString().replaceAll(/[:.]/g, '-');
  const target = `${clusterDirectory}.set-aside-${moment}`;
  await rename(clusterDirectory, target);
  return target;
}

/**
 * Deletes a directory that belongs to the account. As root this is left to a process of the account, which cannot be lured by
 * exchanged links into deleting anything that is not its own; only the directory itself, by then empty, is for us.
 */
export async function removeTree(directory: string, account: Account): Promise<void> {
  if (isOwn(account)) return rm(directory, { recursive: true, force: true });
  await runProgram('rm', ['rm', '-rf', '--', `${directory}/`], { account }).catch(() => undefined);
  await rmdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

const unfinished = '.unfinished-';

async function removeUnfinished(clusterDirectory: string, account: Account): Promise<void> {
  const parent = path.dirname(clusterDirectory);
  const prefix = path.basename(clusterDirectory) + unfinished;
  for (const name of (await readdir(parent)).filter((entry) => entry.startsWith(prefix))) {
    // An initdb that lost its Lyceum a moment ago may still be writing; then the start after this one removes it.
    await removeTree(path.join(parent, name), account).catch(() => undefined);
  }
}

/** Runs statements in PostgreSQL's single-user mode, which asks for no password: one a line, the first failure ends it. */
async function runAsSuperuser(options: ClusterOptions, statements: string[]): Promise<void> {
  const settings = ['exit_on_error=on', 'log_min_error_statement=panic', ...(options.isDurable ? [] : ['fsync=off'])];
  await runProgram(
    'postgres --single',
    [
      path.join(options.binariesDirectory, 'bin/postgres'),
      '--single',
      '-D',
      options.clusterDirectory,
      ...settings.flatMap((setting) => ['-c', setting]),
      'postgres',
    ],
    { account: options.account, input: statements.map((statement) => `${statement}\n`).join('') },
  );
}

async function writeNewFile(file: string, text: string, account: Account): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.chown(account.uid, account.gid);
  } finally {
    await handle.close();
  }
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
