import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runPython } from './python-process.js';
import { Upstream, type ReceivedRequest } from './upstream.js';

/** What the original executor's filter looks for in `code` (never in `testCode`), and the modules that it lets pass. */
const blocked = [
  'import os,import sys,import subprocess,import socket,open(,__import__,eval(,exec(,compile(,globals(),locals()',
  'dir(),vars(),input(),quit(),exit(),getattr(,setattr(,delattr(,__builtins__,__file__,__name__,import pickle',
]
  .join(',')
  .split(',');
const allowedModules = new Set(
  'math random string datetime json csv re itertools functools collections operator statistics decimal'.split(' '),
);

/** The original's `MAX_OUTPUT_LENGTH`. */
const maxOutputChars = 10_000;

type Account = { uid: number; gid: number };

interface Execution {
  code: string;
  exerciseId: string;
  runTests: boolean;
  testCode?: string;
  timeout?: number;
  memoryLimit?: number;
}

/** Behaves worse than usual for as long as a member is set. */
export interface ExecutorFaults {
  /** Answers everything so, with the text as `error`; `retryAfter` in seconds. */
  status?: { code: number; error?: string; retryAfter?: string };
  /** Waits before each answer. */
  delayMs?: number;
  /** Breaks the connection instead of answering. */
  isBroken?: boolean;
  /** Answers 200 with this as `data`. */
  data?: unknown;
  health?: number;
}

/**
 * The original executor on the wire: envelope, routes, statuses, texts, and what it does to tests. It really runs Python, with the
 * original's limits and without any isolation, so tests give it only harmless code.
 */
export class ExecutorStandIn {
  faults: ExecutorFaults = {};
  readonly #upstream: Upstream;
  readonly #stopped = new AbortController();

  private constructor(upstream: Upstream) {
    this.#upstream = upstream;
  }

  /** @param account that runs Python, as in the original's container; ours when left out */
  static async start(account?: Account): Promise<ExecutorStandIn> {
    const standIn: ExecutorStandIn = new ExecutorStandIn(
      await Upstream.start((request, response) => standIn.#answer(request, response, account)),
    );
    return standIn;
  }

  get url(): string {
    return this.#upstream.url;
  }

  /** Requests to run something. */
  get executions(): (ReceivedRequest & { json: Execution })[] {
    return this.#upstream.requests
      .filter((request) => request.path === '/api/execute')
      .map((request) => ({ ...request, json: JSON.parse(request.body) as Execution }));
  }

  get requests(): ReceivedRequest[] {
    return this.#upstream.requests;
  }

  /** Connections accepted so far. */
  get connections(): number {
    return this.#upstream.connections;
  }

  stop(): Promise<void> {
    this.#stopped.abort();
    return this.#upstream.stop();
  }

  async #answer(
    request: ReceivedRequest,
    response: ServerResponse & { socket: { destroy: () => void } },
    account: Account | undefined,
  ): Promise<void> {
    const { status, delayMs, isBroken, data, health } = this.faults;
    const isHealth = request.path.startsWith('/health');
    const correlationId = request.headers['x-correlation-id']?.toString() ?? `exec_${Date.now()}_abcdefghi`;
    const reply = (code: number, members: object, headers: Record<string, string> = {}): void => {
      const timestamp = new Date().toISOString();
      response.writeHead(code, { 'content-type': 'application/json', 'x-correlation-id': correlationId, ...headers });
      response.end(JSON.stringify({ success: code === 200, ...members, timestamp, correlationId, version: '1.0.0' }));
    };
    const fail = (code: number, error: string, headers?: Record<string, string>): void =>
      reply(code, { error, message: code >= 500 ? 'Internal server error' : error }, headers);
    if (isBroken === true) {
      response.socket.destroy();
      return;
    }
    if (isHealth) {
      if (health !== undefined) return fail(health, 'Service overloaded');
      return reply(200, { data: { ready: true }, message: 'Service is ready' });
    }
    if (delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, delayMs));
    if (status !== undefined) {
      return fail(status.code, status.error ?? 'An unexpected error occurred', {
        ...(status.retryAfter !== undefined && { 'retry-after': status.retryAfter }),
      });
    }
    if (request.method !== 'POST' || request.path !== '/api/execute') {
      return fail(404, `Endpoint not found: ${request.method} ${request.path}`);
    }
    if (data !== undefined) return reply(200, { data, message: 'Code executed successfully' });
    const execution = parse(request.body);
    if (execution === undefined) return fail(400, 'Invalid JSON in request body');
    const problem = problemOf(execution);
    if (problem !== undefined) return fail(400, `Invalid execution request: ${problem}`);
    const outcome = await execute(execution, account, this.#stopped.signal);
    if (typeof outcome === 'string') return fail(422, outcome);
    return reply(200, { data: outcome, message: 'Code executed successfully' });
  }
}

function parse(body: string): Execution | undefined {
  try {
    return JSON.parse(body) as Execution;
  } catch {
    return undefined;
  }
}

/** The rules of the original's schema; only the first problem is told. */
function problemOf(execution: Execution): string | undefined {
  const { code, exerciseId, runTests, testCode, timeout = 10_000, memoryLimit = 128, ...unknown } = execution;
  if (typeof code !== 'string') return '"code" is required';
  if (code === '') return '"code" is not allowed to be empty';
  if (code.length > 50_000) return '"code" length must be less than or equal to 50000 characters long';
  if (typeof exerciseId !== 'string') return '"exerciseId" is required';
  if (!/^[a-zA-Z0-9_-]+$/.test(exerciseId)) return '"exerciseId" fails to match the required pattern';
  if (typeof runTests !== 'boolean') return '"runTests" is required';
  if (testCode !== undefined && testCode.length > 50_000)
    return '"testCode" length must be less than or equal to 50000';
  if (timeout < 1000 || timeout > 30_000) return '"timeout" must be between 1000 and 30000';
  if (memoryLimit < 16 || memoryLimit > 512) return '"memoryLimit" must be between 16 and 512';
  const [name] = Object.keys(unknown);
  return name === undefined ? undefined : `"${name}" is not allowed`;
}

/** The result, or the text of the original's error. */
async function execute(
  execution: Execution,
  account: Account | undefined,
  stopped: AbortSignal,
): Promise<object | string> {
  const { code, runTests, testCode, timeout = 10_000, memoryLimit = 128 } = execution;
  const modules = [...code.matchAll(/import\s+(\w+)/g)].map(([, name]) => name as string);
  if (blocked.some((pattern) => code.includes(pattern)) || modules.some((name) => !allowedModules.has(name))) {
    return 'Security violations detected';
  }
  const isTest = runTests && testCode !== undefined && testCode !== '';
  const cwd = mkdtempSync(path.join(tmpdir(), 'executor-'));
  const file = path.join(cwd, isTest ? 'test_code.py' : 'user_code.py');
  writeFileSync(path.join(cwd, 'user_code.py'), code);
  if (isTest) writeFileSync(file, testCode);
  if (account !== undefined) chownSync(cwd, account.uid, account.gid);
  const limits = [
    'import resource, sys',
    `resource.setrlimit(resource.RLIMIT_AS, (${memoryLimit * 1_048_576},) * 2)`,
    'resource.setrlimit(resource.RLIMIT_NOFILE, (10, 10))',
    `exec(open('${file}').read())`,
  ].join('\n');
  const startedAt = Date.now();
  const end = await runPython({
    args: ['-c', limits, file],
    cwd,
    env: { PYTHONPATH: '', PYTHONHOME: '', PYTHONSTARTUP: '', PYTHONIOENCODING: 'utf-8' },
    stdin: undefined,
    timeoutMs: timeout,
    timeoutSignal: 'SIGTERM',
    maxOutputChars,
    account,
    stopped,
  }).finally(() => rmSync(cwd, { recursive: true, force: true }));
  if (end.exceeded === 'stdout') return 'Output length exceeded limit';
  if (end.exceeded === 'stderr') return 'Error output length exceeded limit';
  if (end.signal === 'SIGTERM' || end.signal === 'SIGKILL') return 'Execution timed out or was killed';
  const output = end.stdout.trim();
  const errors = end.stderr.trim() === '' ? undefined : end.stderr.trim();
  return {
    success: end.code === 0,
    output,
    errors,
    executionTime: Date.now() - startedAt,
    memoryUsed: 1_048_576,
    environment: { pythonVersion: '3.11', containerized: true },
    ...(isTest && { testResult: gradeAsTheOriginal(output, errors) }),
  };
}

/** Its defect, kept: whoever prints OK has passed. */
function gradeAsTheOriginal(output: string, errors: string | undefined): object {
  const passed = output.includes('All tests passed') || output.includes('OK');
  const name = passed ? 'Test Suite' : 'Code Execution';
  const testCase = { name, passed: passed || errors === undefined, executionTime: 0 };
  return { passed, output, errors, executionTime: 0, testCases: [testCase] };
}
