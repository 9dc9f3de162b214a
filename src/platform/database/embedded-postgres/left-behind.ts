import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { leftBehindSurvives } from './embedded-postgres.errors.js';
import { ignoring } from './file-facts.js';
import { findProcess, listProcesses } from './process-table.js';
import { isPostgresOf, isServer, type ProcessFacts } from './process.policy.js';

/**
 * How PostgreSQL is brought to an end: fast shutdown, immediate shutdown (the next start recovers from the write-ahead log),
 * and what no process can refuse. Backends without a server only understand the last two.
 */
const steps = [
  { signal: 'SIGINT', to: 'server', patienceMs: 10_000 },
  { signal: 'SIGQUIT', to: 'all', patienceMs: 6000 },
  { signal: 'SIGKILL', to: 'all', patienceMs: 3000 },
] as const;

/**
 * Ends every process of PostgreSQL that still works on the cluster although the Lyceum that started it is gone; one that is
 * shutting down already is waited for.
 *
 * @returns the pids it found
 * @throws AppError `embedded-postgres.left-behind-survives`
 */
export async function stopLeftBehind(clusterDirectory: string): Promise<number[]> {
  const find = (): ProcessFacts[] => listProcesses().filter((process) => isPostgresOf(clusterDirectory, process));
  const found = find();
  let remaining = found;
  for (const { signal, to, patienceMs } of steps) {
    const addressed = remaining.filter((process) => to === 'all' || isServer(process));
    if (addressed.length === 0) continue;
    for (const { pid } of addressed) sendSignal(pid, signal);
    const deadline = Date.now() + patienceMs;
    while (remaining.length > 0 && Date.now() < deadline) {
      await delay(25);
      remaining = find();
    }
    if (remaining.length === 0) break;
  }
  const pids = (processes: ProcessFacts[]): number[] => processes.map(({ pid }) => pid);
  if (remaining.length > 0) throw leftBehindSurvives(clusterDirectory, pids(remaining));
  return pids(found);
}

/**
 * The pid in `postmaster.pid`, if by now somebody else has it. PostgreSQL takes any living process with that number for its
 * own predecessor and refuses to start, unless it is told that this one is not (`PG_GRANDPARENT_PID`, what `pg_ctl` uses for
 * the shell that called it). Removing the file instead would also remove its protection against a second server.
 */
export async function findReusedPid(clusterDirectory: string): Promise<number | undefined> {
  const text = await ignoring('ENOENT', readFile(path.join(clusterDirectory, 'postmaster.pid'), 'utf8'));
  const pid = Number.parseInt(text ?? '', 10);
  const current = pid > 0 ? findProcess(pid) : undefined;
  return current && !isPostgresOf(clusterDirectory, current) ? pid : undefined;
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
