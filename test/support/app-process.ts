import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { projectRoot } from '../../src/platform/config/project.js';
import { waitFor } from './wait-for.js';

/** Lyceum as its operator runs it: the built program in a process of its own. */
export interface AppProcess {
  /** For example `http://127.0.0.1:41234`. */
  url: string;
  pid: number;
  /** Everything that it has printed. */
  output(): string;
  /** Resolves with the exit code, or null when a signal ended it. */
  exited: Promise<number | null>;
  kill(signal: NodeJS.Signals): void;
  /** SIGTERM, and the exit code. */
  stop(): Promise<number | null>;
}

export interface AppProcessOptions {
  /** The whole environment of the process, besides `PATH` and a free `PORT`. */
  environment: Record<string, string>;
  /** Wait until it is ready; without, the caller watches it start or fail. */
  isReadyAwaited?: boolean;
  timeoutMs?: number;
  /** Another program of the build, for parts that the product does not have. */
  program?: string;
}

/** As `npm start`: with other flags V8 would have to compile the program anew. */
export const flagsOfStart = ['--max-semi-space-size=16', '--v8-pool-size=1'];

/** Starts the program from the build. */
export async function startAppProcess({
  environment,
  isReadyAwaited = true,
  timeoutMs = 30_000,
  program = 'dist/server/main.js',
}: AppProcessOptions): Promise<AppProcess> {
  const port = environment['PORT'] ?? String(await findFreePort());
  const child = spawn(process.execPath, [...flagsOfStart, path.join(projectRoot, program)], {
    cwd: projectRoot,
    env: { PATH: process.env['PATH'], PORT: port, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = collectOutput(child);
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const url = `http://127.0.0.1:${port}`;
  if (isReadyAwaited) {
    const hasEnded = exited.then(() => true);
    await waitFor(
      async () => {
        if (await Promise.race([hasEnded, Promise.resolve(false)])) return true;
        return (await fetch(`${url}/health/ready`)).ok;
      },
      { timeoutMs, intervalMs: 50, what: `Lyceum to be ready; it printed:\n${output()}` },
    );
    if (child.exitCode !== null) throw new Error(`Lyceum ended with ${child.exitCode}:\n${output()}`);
  }
  return {
    url,
    pid: child.pid ?? 0,
    output,
    exited,
    kill: (signal) => void child.kill(signal),
    stop() {
      child.kill('SIGTERM');
      return exited;
    },
  };
}

function collectOutput(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text = (text + chunk).slice(-100_000);
    });
  }
  return () => text;
}

export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
