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

/** The Python program that carries out a job on a machine where nothing of ours is installed. */
export class HarnessText {
  readonly #load: string;
  readonly #sources: Record<string, string>;

  constructor() {
    const read = (folder: string, name: string): string =>
      readFileSync(path.join(import.meta.dirname, folder, `${name}.py`), 'utf8');
    this.#load = read('python', 'load');
    this.#sources = Object.fromEntries([
      ...ownModules.map((name) => [name, read('python', name)]),
      ...graderModules.map((name) => [name, read('../embedded/python', name)]),
    ]) as Record<string, string>;
  }

  /** ASCII text for `python3`; about 33 000 characters and what the job needs, compressed. */
  of(job: HarnessJob): string {
    const json = JSON.stringify({ job, sources: this.#sources });
    const bundle = deflateSync(json, { level: 9 }).toString('base64');
    return [
      this.#load,
      'import base64, json, zlib',
      `_data = json.loads(zlib.decompress(base64.b64decode("${bundle}")))`,
      'load(_data["sources"])',
      'from lyceum import supervisor',
      `supervisor.main(_data["job"], _data["sources"], ${JSON.stringify(this.#load)})`,
      '',
    ].join('\n');
  }
}
