import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { BenchmarkRun } from '../application.js';
import type { SinkCommand, SinkFacts } from './sink.js';

/** The sink in a process of its own. */
export class Sink {
  private constructor(
    /** One for each endpoint. */
    readonly urls: string[],
    private readonly child: ChildProcess,
  ) {}

  static async start(run: BenchmarkRun, endpoints: number): Promise<Sink> {
    const child = run.own(fork(path.join(import.meta.dirname, 'sink.js'), [String(endpoints)]));
    const [ports] = (await once(child, 'message')) as [number[]];
    return new Sink(
      ports.map((port) => `http://127.0.0.1:${port}/hooks`),
      child,
    );
  }

  async ask(command: SinkCommand): Promise<SinkFacts> {
    const told = once(this.child, 'message');
    this.child.send(command);
    const [facts] = (await told) as [SinkFacts];
    return facts;
  }
}
