import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Where a real CPython is, found once; undefined when this machine has none. */
export const pythonPath = findPython();

function findPython(): string | undefined {
  try {
    const code = 'import sys; print(sys.executable)';
    return execFileSync('python3', ['-c', code], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
}

/** A Python that accounts other than ours can start too. */
export const publicPythonPath = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : undefined;

export interface PythonRun {
  /** Runs it as this account, by `publicPythonPath`; only root can do that. */
  account?: { uid: number; gid: number } | undefined;
  args: string[];
  cwd: string;
  env: Record<string, string>;
  /** Undefined: standard input stays open, as with the original executor. */
  stdin: string | undefined;
  timeoutMs: number;
  timeoutSignal: 'SIGTERM' | 'SIGKILL';
  /** Characters of each stream; one more ends the process. */
  maxOutputChars: number;
  /** Ends it for good. */
  stopped?: AbortSignal;
}

export interface PythonEnd {
  stdout: string;
  stderr: string;
  code: number | null;
  signal: NodeJS.Signals | null;
  exceeded: 'stdout' | 'stderr' | undefined;
  isTimedOut: boolean;
}

/** Runs a real Python the way services do that spawn one. */
export function runPython(run: PythonRun): Promise<PythonEnd> {
  const python = run.account === undefined ? pythonPath : publicPythonPath;
  const options = { cwd: run.cwd, env: run.env, detached: true, ...run.account };
  const child = spawn(python as string, run.args, options);
  const end: PythonEnd = {
    stdout: '',
    stderr: '',
    code: null,
    signal: null,
    exceeded: undefined,
    isTimedOut: false,
  };
  const kill = (signal: NodeJS.Signals): void => {
    try {
      process.kill(-(child.pid as number), signal);
    } catch {
      // It has ended.
    }
  };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      end[name] += text;
      if (end[name].length <= run.maxOutputChars) return;
      end.exceeded ??= name;
      kill('SIGKILL');
    });
  }
  child.stdin.on('error', () => {});
  const stop = (): void => kill('SIGKILL');
  run.stopped?.addEventListener('abort', stop);
  if (run.stdin !== undefined) child.stdin.end(run.stdin);
  const timer = setTimeout(() => {
    end.isTimedOut = true;
    kill(run.timeoutSignal);
  }, run.timeoutMs);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      run.stopped?.removeEventListener('abort', stop);
      stop();
      resolve({ ...end, code, signal });
    });
  });
}
