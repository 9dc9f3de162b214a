import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { parseProcessStat, type ProcessFacts, type ProcessIdentity } from './process.policy.js';

/** The process with this pid as /proc shows it; undefined when there is none. Threads, which share the numbers, count too. */
export function findProcess(pid: number): ProcessFacts | undefined {
  try {
    const stat = parseProcessStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return { ...stat, commandLine, workingDirectory: findWorkingDirectory(pid) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // ESRCH: it ended between opening and reading.
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}

/** Every process that we can see. */
export function listProcesses(): ProcessFacts[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => findProcess(Number(name)) ?? []);
}

/** This process, told apart from every other one there ever was on this machine. */
export function ownIdentity(): ProcessIdentity {
  const { pid, startedAtTicks } = parseProcessStat(readFileSync('/proc/self/stat', 'utf8'));
  return { pid, startedAtTicks, bootId: readBootId() };
}

export function readBootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

function findWorkingDirectory(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}
