import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Duplex } from 'node:stream';
import type { Account } from './account.policy.js';
import { isOwn } from './current-account.js';

/**
 * Run by `sh`, which then becomes the program itself: so the program is our direct child and in a session of its own, where
 * Ctrl-C in our terminal does not reach it. Before, it leaves behind a grandchild that waits at file descriptor 3, the other
 * end of which only we hold open. A line there dismisses it; the end of the file means that we are gone, by whatever death,
 * and it sends the program SIGINT (to PostgreSQL: fast shutdown). `$$` is the pid that the program inherits. It costs 0.2 MB.
 */
const guardian =
  '( ( trap "" HUP TERM; read -r _ <&3 || kill -INT "$$" ) </dev/null >/dev/null 2>&1 & ); exec "$@" 3<&-';

/** How long we wait, once a program has ended, for its last words, which its own children may hold up. */
const lastWordsTimeoutMs = 500;

export interface ProcessEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Why it could not be started at all. */
  error?: Error;
}

export interface GuardedProcess {
  /** Zero when it could not be started. */
  pid: number;
  /** Never rejects. */
  ended: Promise<ProcessEnd>;
  kill: (signal: NodeJS.Signals) => void;
}

export interface GuardedProcessOptions {
  account: Account;
  /** Each line that the program prints, to standard output or standard error. */
  onLine: (line: string) => void;
  /** Given to the program as standard input. */
  input?: string;
  environment?: Record<string, string>;
}

/**
 * Starts a program that does not outlive this process. It gets a bare environment: our own holds secrets.
 *
 * @param command the program, then its arguments
 */
export function spawnGuarded(command: string[], options: GuardedProcessOptions): GuardedProcess {
  const { account, onLine, input, environment } = options;
  const child = spawn('/bin/sh', ['-c', guardian, 'sh', ...command], {
    // Our own working directory may be closed to the account.
    cwd: '/',
    detached: true,
    env: { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin', ...environment },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe', 'pipe'],
    ...(isOwn(account) ? {} : { uid: account.uid, gid: account.gid }),
  });
  const leash = child.stdio[3] as Duplex | null | undefined;
  // Writing to a program or guardian that has just gone is no error of ours.
  for (const stream of [leash, child.stdin]) stream?.on('error', () => undefined);
  child.stdin?.end(input);
  for (const output of [child.stdout, child.stderr]) {
    if (output) createInterface({ input: output }).on('line', onLine);
  }

  const ended = new Promise<ProcessEnd>((resolve) => {
    child.once('error', (error) => resolve({ code: null, signal: null, error }));
    child.once('exit', (code, signal) => {
      leash?.end('\n');
      const timer = setTimeout(() => resolve({ code, signal }), lastWordsTimeoutMs);
      child.once('close', () => {
        clearTimeout(timer);
        resolve({ code, signal });
      });
    });
  });
  return { pid: child.pid ?? 0, ended, kill: (signal) => void child.kill(signal) };
}
