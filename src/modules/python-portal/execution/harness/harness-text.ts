import { readFileSync } from 'node:fs';
import path from 'node:path';
import { deflateSync } from 'node:zlib';
import type { HarnessJob } from './harness-job.js';

/** Ours, and those of the sandbox's grader that the two processes share (see python/supervisor.py). */
const ownModules = ['host', 'child', 'processes', 'grading', 'supervisor'];
const graderModules = [
  'program',
  'faults',
  'student',
  'bridge',
  'mirrors',
  'objects',
  'packing',
  'grader',
  'names',
  'syntax',
  'verdict',
  'cases',
  'collect',
  'guard',
  'isolation',
  'unittest_result',
];

/** Setting up a compressor costs more than a short text can save. */
const compressedFromBytes = 2048;

/** The Python program that carries out a job on a machine where nothing of ours is installed. */
export class HarnessText {
  /** All but the job: compressing it takes some 8 ms of processor time, far more than the rest of a request. */
  readonly #beginning: string;
  readonly #end: string;

  constructor() {
    const read = (folder: string, name: string): string =>
      readFileSync(path.join(import.meta.dirname, folder, `${name}.py`), 'utf8');
    const load = read('python', 'load');
    const sources = Object.fromEntries([
      ...ownModules.map((name) => [name, read('python', name)]),
      ...graderModules.map((name) => [name, read('../embedded/python', name)]),
    ]) as Record<string, string>;
    this.#beginning = [
      load,
      'import base64, json, zlib',
      `_sources = ${bundleOf(sources)}`,
      'load(_sources)',
      'from lyceum import supervisor',
      '',
    ].join('\n');
    this.#end = `, _sources, ${JSON.stringify(load)})\n`;
  }

  /** ASCII text for `python3`; about 33 000 characters and what the job needs. */
  of(job: HarnessJob): string {
    return `${this.#beginning}supervisor.main(${bundleOf(job)}${this.#end}`;
  }
}

/** A Python expression for a value that JSON can hold. */
function bundleOf(value: unknown): string {
  const json = Buffer.from(JSON.stringify(value));
  if (json.length < compressedFromBytes) return `json.loads(base64.b64decode("${json.toString('base64')}"))`;
  const compressed = deflateSync(json, { level: 9 });
  return `json.loads(zlib.decompress(base64.b64decode("${compressed.toString('base64')}")))`;
}
