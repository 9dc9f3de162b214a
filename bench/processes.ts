import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';

/** What Linux tells about processes; elsewhere there is nothing to tell, and the functions give undefined. */

const ticksASecond = 100;

/** The process that runs all student code, a child of the application. */
export function findSandbox(applicationId: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const found = ids.find(
    (id) => read(id, 'status').includes(`PPid:\t${applicationId}\n`) && read(id, 'cmdline').includes('sandbox-process'),
  );
  return found === undefined ? undefined : Number(found);
}

export function residentMb(processId: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(read(processId, 'status'))?.[1]) / 1_024;
}

/** Processor time of a process, or of the children that this one has waited for, in milliseconds. */
export function processorMs(processId: number | 'children'): number {
  const id = processId === 'children' ? 'self' : processId;
  // After the name in brackets: state is field 3, utime and stime 14 and 15, those of children 16 and 17 (proc_pid_stat(5)).
  const fields = read(id, 'stat').split(') ')[1]?.split(' ') ?? [];
  const first = processId === 'children' ? 13 : 11;
  return ((Number(fields[first]) + Number(fields[first + 1])) * 1_000) / ticksASecond;
}

/** The interpreter itself: `python3` may be a script that looks for one. */
export function findNativePython(): string | undefined {
  try {
    return execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}

function read(processId: string | number, file: string): string {
  try {
    return readFileSync(`/proc/${processId}/${file}`, 'utf8');
  } catch {
    return ''; // It has ended meanwhile.
  }
}
