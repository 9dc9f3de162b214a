import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runPython } from './python-process.js';
import { Upstream, type ReceivedRequest, type UpstreamHandler } from './upstream.js';

interface PistonRequest {
  language?: string;
  version?: string;
  files?: { name?: string; content?: string }[];
  stdin?: string;
  run_timeout?: number;
  run_memory_limit?: number;
}

export interface PistonOptions {
  runTimeoutMs?: number;
  outputMaxSize?: number;
  memoryLimit?: number;
  runtimes?: { language: string; version: string; aliases: string[] }[];
}

/** Piston's v2 API on the wire. It really runs Python without any isolation, so tests give it only harmless code. */
export class PistonStandIn {
  /** Answers executions so instead. */
  answer: { status: number; body?: object } | undefined;
  readonly #upstream: Upstream;

  private constructor(upstream: Upstream) {
    this.#upstream = upstream;
  }

  static async start(options: PistonOptions = {}): Promise<PistonStandIn> {
    const standIn: PistonStandIn = new PistonStandIn(
      await Upstream.start((...exchange) => standIn.#handle(options, ...exchange)),
    );
    return standIn;
  }

  get url(): string {
    return this.#upstream.url;
  }

  get executions(): (ReceivedRequest & { json: PistonRequest })[] {
    return this.#upstream.requests
      .filter((request) => request.path === '/api/v2/execute')
      .map((request) => ({ ...request, json: JSON.parse(request.body) as PistonRequest }));
  }

  stop(): Promise<void> {
    return this.#upstream.stop();
  }

  async #handle(
    {
      runTimeoutMs = 3000,
      outputMaxSize = 1024,
      memoryLimit = -1,
      runtimes = [{ language: 'python', version: '3.11.7', aliases: ['py'] }],
    }: PistonOptions,
    ...[request, response]: Parameters<UpstreamHandler>
  ): Promise<void> {
    const reply = (status: number, body?: unknown): void => {
      response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(body === undefined ? '' : JSON.stringify(body));
    };
    if (request.path === '/api/v2/runtimes') return reply(200, runtimes);
    if (request.path !== '/api/v2/execute') return reply(404, { message: 'Not Found' });
    if (request.headers['content-type'] !== 'application/json') {
      return reply(415, { message: 'requests must be of type application/json' });
    }
    if (Buffer.byteLength(request.body) > 100 * 1024) return reply(413, { message: 'request entity too large' });
    if (this.answer !== undefined) return reply(this.answer.status, this.answer.body);
    const wanted = JSON.parse(request.body) as PistonRequest;
    const { language, version, files, run_timeout: timeout = runTimeoutMs, run_memory_limit: memory } = wanted;
    if (typeof language !== 'string') return reply(400, { message: 'language is required as a string' });
    if (typeof version !== 'string') return reply(400, { message: 'version is required as a string' });
    if (!Array.isArray(files) || files.length === 0) return reply(400, { message: 'files is required as an array' });
    const runtime = runtimes.find((each) => each.language === language && each.version.startsWith(`${version}.`));
    if (runtime === undefined) return reply(400, { message: `${language}-${version} runtime is unknown` });
    if (timeout > runTimeoutMs) {
      return reply(400, { message: `run_timeout cannot exceed the configured limit of ${runTimeoutMs}` });
    }
    if (memory !== undefined && memoryLimit >= 0 && memory > memoryLimit) {
      return reply(400, { message: `run_memory_limit cannot exceed the configured limit of ${memoryLimit}` });
    }
    reply(200, { language, version: runtime.version, run: await run(wanted, timeout, outputMaxSize) });
  }
}

async function run({ files = [], stdin = '' }: PistonRequest, timeoutMs: number, maxOutputChars: number) {
  const cwd = mkdtempSync(path.join(tmpdir(), 'piston-'));
  const names = files.map(({ name, content = '' }, index) => {
    const file = name ?? `file${index}.code`;
    writeFileSync(path.join(cwd, file), content);
    return file;
  });
  const end = await runPython({
    args: [names[0] as string],
    cwd,
    env: { HOME: '/tmp' },
    stdin,
    timeoutMs,
    timeoutSignal: 'SIGKILL',
    maxOutputChars,
  }).finally(() => rmSync(cwd, { recursive: true, force: true }));
  const status = end.isTimedOut
    ? 'TO'
    : end.exceeded === 'stdout'
      ? 'OL'
      : end.exceeded === 'stderr'
        ? 'EL'
        : end.signal !== null
          ? 'SG'
          : end.code === 0
            ? null
            : 'RE';
  return {
    stdout: end.stdout.slice(0, maxOutputChars),
    stderr: end.stderr.slice(0, maxOutputChars),
    output: end.stdout + end.stderr,
    code: end.code,
    signal: end.signal,
    message: null,
    status,
    cpu_time: 1,
    wall_time: 1,
    memory: 9_000_000,
  };
}
