import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { BenchmarkRun } from '../application.js';
import type { UpstreamCommand, UpstreamFacts } from './upstream.js';

/** A service behind the gateway, in a process of its own. */
export class Service {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
  ) {}

  static async start(run: BenchmarkRun): Promise<Service> {
    const { url, child } = await startServer(run, 'upstream');
    return new Service(url, child);
  }

  answerAfter(delayMs: number): void {
    this.child.send({ delayMs } satisfies UpstreamCommand);
  }

  async facts(): Promise<UpstreamFacts> {
    const told = once(this.child, 'message');
    this.child.send('tell' satisfies UpstreamCommand);
    const [facts] = (await told) as [UpstreamFacts];
    return facts;
  }

  /** As a machine that is gone. */
  async kill(): Promise<void> {
    const exited = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exited;
  }
}

/** Forks a program of this directory that sends its address when it listens. */
export async function startServer(
  run: BenchmarkRun,
  name: string,
  args: string[] = [],
): Promise<{ url: string; child: ChildProcess }> {
  const child = run.own(fork(path.join(import.meta.dirname, `${name}.js`), args));
  const [url] = (await once(child, 'message')) as [string];
  return { url, child };
}
