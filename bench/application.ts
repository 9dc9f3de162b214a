import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { flagsOfStart } from '../test/support/app-process.js';

export interface ApplicationOptions {
  /** Of the environment, before those that a benchmark needs. */
  variables?: Record<string, string>;
  /** Of Node.js. */
  nodeArguments?: string[];
}

export interface Application {
  url: string;
  processId: number;
  stop: () => Promise<void>;
}

/** The built application as an operator starts it, and the other processes of a benchmark. */
export class BenchmarkRun {
  readonly directory = mkdtempSync(path.join(tmpdir(), 'lyceum-bench-'));
  readonly #processes: ChildProcess[] = [];

  /** Starts it, logging into a file, on `DATABASE_URL` or its embedded Postgres; waits until it is ready. */
  async startApplication({ variables = {}, nodeArguments = [] }: ApplicationOptions = {}): Promise<Application> {
    const port = await freePort();
    const log = openSync(path.join(this.directory, `application-${port}.log`), 'w');
    const child = this.own(
      spawn(
        process.execPath,
        [...flagsOfStart, ...nodeArguments, path.resolve(import.meta.dirname, '../server/main.js')],
        {
          stdio: ['ignore', log, log],
          env: {
            ...process.env,
            ...variables,
            NODE_ENV: 'test',
            HOST: '127.0.0.1',
            PORT: String(port),
            DATA_DIR: path.join(this.directory, `data-${port}`),
            RATE_LIMIT_MAX: '1000000000',
            RATE_LIMIT_AUTH_MAX: '1000000000',
            RATE_LIMIT_EXECUTE_MAX: '1000000000',
          },
        },
      ),
    );
    const url = `http://127.0.0.1:${port}`;
    for (let attempt = 0; attempt < 1200; attempt += 1) {
      if (child.exitCode !== null) throw new Error(`The application did not start; run \`npm start\` to see why`);
      const response = await fetch(`${url}/health/ready`).catch(() => undefined);
      if (response?.ok === true) return { url, processId: child.pid ?? 0, stop: () => stop(child) };
      await sleep(100);
    }
    throw new Error('The application was not ready within two minutes');
  }

  /** Ends the process with the benchmark. */
  own<T extends ChildProcess>(child: T): T {
    this.#processes.push(child);
    return child;
  }

  async end(): Promise<void> {
    await Promise.all(this.#processes.map(stop));
    rmSync(this.directory, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  return port;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}
