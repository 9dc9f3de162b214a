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

/** A program inside the body of a request. */
export interface ProgramInJson {
  /** Characters of the program. */
  length: number;
  /** The whole body. */
  body: Buffer;
}

/** The Python program that carries out a job on a machine where nothing of ours is installed. */
export class HarnessText {
  /** All but the job, as inside a JSON string: compressing it takes some 8 ms of processor time, and quoting it each time 0.1 ms. */
  readonly #beginning: Buffer;
  readonly #end: string;
  /** Characters of both, unquoted. */
  readonly #length: number;

  constructor() {
    const read = (folder: string, name: string): string =>
      readFileSync(path.join(import.meta.dirname, folder, `${name}.py`), 'utf8');
    const load = read('python', 'load');
    const sources = Object.fromEntries([
      ...ownModules.map((name) => [name, read('python', name)]),
      ...graderModules.map((name) => [name, read('../embedded/python', name)]),
    ]) as Record<string, string>;
    const beginning = [
      load,
      'import base64, json, zlib',
      `_sources = ${bundleOf(sources)}`,
      'load(_sources)',
      'from lyceum import supervisor',
      'supervisor.main(',
    ].join('\n');
    const end = `, _sources, ${JSON.stringify(load)})\n`;
    this.#beginning = Buffer.from(quoted(beginning));
    this.#end = quoted(end);
    this.#length = beginning.length + end.length;
  }

  /**
   * JSON of an object with the program for a job as one more member: ASCII text for `python3`, about 33 000 characters and what the
   * job needs.
   */
  into(object: object, member: string, job: HarnessJob): ProgramInJson {
    const bundle = bundleOf(job);
    const body = Buffer.concat([
      Buffer.from(JSON.stringify({ ...object, [member]: '' }).slice(0, -'"}'.length)),
      this.#beginning,
      Buffer.from(`${quoted(bundle)}${this.#end}"}`),
    ]);
    return { length: this.#length + bundle.length, body };
  }
}

/** As inside the quotes of a JSON string. */
const quoted = (text: string): string => JSON.stringify(text).slice(1, -1);

/** A Python expression for a value that JSON can hold. */
function bundleOf(value: unknown): string {
  const json = Buffer.from(JSON.stringify(value));
  if (json.length < compressedFromBytes) return `json.loads(base64.b64decode("${json.toString('base64')}"))`;
  const compressed = deflateSync(json, { level: 9 });
  return `json.loads(zlib.decompress(base64.b64decode("${compressed.toString('base64')}")))`;
}
