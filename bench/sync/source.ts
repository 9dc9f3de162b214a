import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { BenchmarkRun } from '../application.js';

/** Starts the process that records are pulled from; gives the address of a source with so many. */
export async function startSource(run: BenchmarkRun): Promise<(records: number, pageSize: number) => string> {
  const child = run.own(fork(path.join(import.meta.dirname, 'source-process.js')));
  const [port] = (await once(child, 'message')) as [number];
  return (records, pageSize) => `http://127.0.0.1:${port}/${records}/${pageSize}`;
}

/** Every page of a source, one after the other. */
export async function* pagesOf(source: string): AsyncGenerator<{ key: string; data: object }[]> {
  for (let offset: number | null = 0; offset !== null;) {
    const response = await fetch(`${source}?offset=${offset}`);
    const { records, next } = (await response.json()) as {
      records: { key: string; data: object }[];
      next: number | null;
    };
    yield records;
    offset = next;
  }
}
