import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Account } from './account.policy.js';
import { programFailed } from './embedded-postgres.errors.js';
import { spawnGuarded, type GuardedProcess, type ProcessEnd } from './guarded-process.js';
import { findReusedPid } from './left-behind.js';
import { lastLinesKept } from './run-program.js';
import type { ServerLog } from './server-log.js';
import { serverSettings, type ServerOptions } from './server-settings.js';

/** Long, because recovery after a crash has to be waited for; a server that cannot start ends by itself. */
const startTimeoutMs = 120_000;
/** Of a fast shutdown, which writes a checkpoint, before it becomes an immediate one. */
const stopTimeoutMs = 10_000;
/** Of an immediate shutdown; PostgreSQL itself kills its backends after 5 s. */
const immediateStopTimeoutMs = 7000;
/** Somebody else may take the port between our choice and PostgreSQL's listening. */
const maxPortAttempts = 5;

export interface RunningServer {
  pid: number;
  port: number;
  /** Never rejects. */
  ended: Promise<ProcessEnd>;
  /** Fast shutdown, immediate when that takes too long. */
  stop: () => Promise<void>;
}

export interface StartOptions extends ServerOptions {
  clusterDirectory: string;
  account: Account;
  binariesDirectory: string;
  serverLog: ServerLog;
  /** Default: a port that is free at the moment. */
  choosePort?: () => Promise<number>;
}

/**
 * Starts the server on a free port of 127.0.0.1 and waits until it takes connections.
 *
 * @throws AppError `embedded-postgres.start-failed` with its last words
 */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const { clusterDirectory, choosePort = findFreePort } = options;
  const reusedPid = await findReusedPid(clusterDirectory);
  for (let attempt = 1; ; attempt += 1) {
    const port = await choosePort();
    const { process, isReady, lines } = spawnServer(port, reusedPid, options);
    const timeout = delay(startTimeoutMs, 'timeout' as const, { ref: false });
    const outcome = await Promise.race([isReady, process.ended, timeout]);
    const stop = (): Promise<void> => stopServer(process);
    if (outcome === 'ready') return { pid: process.pid, port, ended: process.ended, stop };

    if (outcome === 'timeout') await stop();
    else if (outcome.error) throw programFailed('PostgreSQL', [outcome.error.message]);
    const isPortTaken = lines.some((line) => line.includes('Address already in use'));
    if (!isPortTaken || attempt === maxPortAttempts) throw programFailed('PostgreSQL', lines.slice(-lastLinesKept));
  }
}

/** A port of 127.0.0.1 that nobody listens on at the moment. */
async function findFreePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

interface StartingServer {
  process: GuardedProcess;
  isReady: Promise<'ready'>;
  /** What it has said until it was ready. */
  lines: string[];
}

function spawnServer(port: number, reusedPid: number | undefined, options: StartOptions): StartingServer {
  const { clusterDirectory, account, binariesDirectory, serverLog } = options;
  const settings = Object.entries(serverSettings(port, options)).map(([name, value]) => `${name}=${value}`);
  const lines: string[] = [];
  let announce: ((outcome: 'ready') => void) | undefined;
  const isReady = new Promise<'ready'>((resolve) => (announce = resolve));
  const process = spawnGuarded(
    [path.join(binariesDirectory, 'bin/postgres'), '-D', clusterDirectory, ...settings.flatMap((each) => ['-c', each])],
    {
      account,
      environment: reusedPid === undefined ? {} : { PG_GRANDPARENT_PID: String(reusedPid) },
      onLine: (line) => {
        serverLog.write(line);
        if (!announce) return;
        lines.push(line);
        if (!line.endsWith('database system is ready to accept connections')) return;
        announce('ready');
        announce = undefined;
      },
    },
  );
  return { process, isReady, lines };
}

async function stopServer({ ended, kill }: GuardedProcess): Promise<void> {
  const endsWithin = (timeoutMs: number): Promise<boolean> =>
    Promise.race([ended.then(() => true), delay(timeoutMs, false, { ref: false })]);
  kill('SIGINT');
  if (await endsWithin(stopTimeoutMs)) return;
  kill('SIGQUIT');
  if (await endsWithin(immediateStopTimeoutMs)) return;
  kill('SIGKILL');
  await ended;
}
