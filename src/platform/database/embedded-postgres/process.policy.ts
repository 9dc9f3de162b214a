/** A process as /proc shows it (proc(5)). */
export interface ProcessFacts {
  pid: number;
  /** The name of its program, cut to 15 characters by the kernel. */
  command: string;
  /** One letter; `Z` and `X` are processes that have ended and are only waiting to be forgotten. */
  state: string;
  /** Clock ticks from the start of the machine to the start of the process. A pid is used again, a pair of both is not. */
  startedAtTicks: number;
  /** Empty for a process that has ended. */
  commandLine: string[];
  /** Undefined when we may not look. */
  workingDirectory?: string | undefined;
}

/** Reads `/proc/<pid>/stat`. The name stands in parentheses and may itself hold any character, parentheses too. */
export function parseProcessStat(text: string): Pick<ProcessFacts, 'pid' | 'command' | 'state' | 'startedAtTicks'> {
  const nameStart = text.indexOf('(');
  const nameEnd = text.lastIndexOf(')');
  const fields = text.slice(nameEnd + 2).split(' ');
  return {
    pid: Number.parseInt(text, 10),
    command: text.slice(nameStart + 1, nameEnd),
    state: fields[0] ?? '',
    startedAtTicks: Number(fields[19]),
  };
}

export function hasEnded({ state }: Pick<ProcessFacts, 'state'>): boolean {
  return state === 'Z' || state === 'X';
}

/** One run of one program on one machine, never to come again. */
export interface ProcessIdentity {
  pid: number;
  startedAtTicks: number;
  /** `/proc/sys/kernel/random/boot_id`: new at every start of the machine, when the ticks begin again at zero. */
  bootId: string;
}

/** The file by which a process claims a data directory for itself. */
export function nameOfClaim({ pid, startedAtTicks, bootId }: ProcessIdentity): string {
  return `postgres.owner.${pid}.${startedAtTicks}.${bootId}`;
}

/** Undefined for the name of any other file. */
export function parseNameOfClaim(fileName: string): ProcessIdentity | undefined {
  const match = /^postgres\.owner\.(\d+)\.(\d+)\.([0-9a-f-]+)$/.exec(fileName);
  if (!match) return undefined;
  return { pid: Number(match[1]), startedAtTicks: Number(match[2]), bootId: match[3] ?? '' };
}

/**
 * Whether the claimant still lives.
 *
 * @param current what now runs under the claimant's pid, if anything
 */
export function isAlive(claimant: ProcessIdentity, current: ProcessFacts | undefined, bootId: string): boolean {
  return (
    claimant.bootId === bootId &&
    current !== undefined &&
    !hasEnded(current) &&
    current.startedAtTicks === claimant.startedAtTicks
  );
}

/**
 * Whether the process is PostgreSQL, server or backend, at work on this cluster. Each of them has the cluster as its working
 * directory; where we may not look (root in a container without CAP_SYS_PTRACE) the server's command line tells.
 */
export function isPostgresOf(clusterDirectory: string, process: ProcessFacts): boolean {
  if (process.command !== 'postgres' || hasEnded(process)) return false;
  if (process.workingDirectory !== undefined) return process.workingDirectory === clusterDirectory;
  const option = process.commandLine.indexOf('-D');
  return option > 0 && process.commandLine[option + 1] === clusterDirectory;
}

/** Whether a process of PostgreSQL is the server itself and not one of its backends, which rewrite their command lines. */
export function isServer({ commandLine }: ProcessFacts): boolean {
  return commandLine[0]?.startsWith('postgres: ') === false;
}
