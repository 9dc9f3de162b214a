import type { OutputListener } from '../execution.model.js';
import { type SandboxOptions, execute } from './execute.js';
import { InterpreterPool } from './interpreter-pool.js';
import type { Sandbox } from './program-run.js';
import { loadPython } from './python-runtime.js';
import type { FromSandbox, SandboxProcessOptions, ToSandbox } from './sandbox-protocol.js';

/**
 * Entry of the child process that runs all student code. It is forked with an empty environment, holds no secret and no handle
 * but the channel to the gateway, and ends when that channel closes. Failures that are not a program's fault end it; the gateway
 * starts another.
 */

const running = new Map<number, AbortController>();

async function main(): Promise<void> {
  const given = JSON.parse(process.argv[2] ?? '') as SandboxProcessOptions;
  process.on('disconnect', () => process.exit());
  const python = loadPython();
  const limits = {
    // A character has at most four bytes; whether characters were dropped shows one more.
    maxOutputBytes: 4 * (given.maxOutputChars + 1),
    maxPrintedBytes: given.maxPrintedBytes,
    maxFileBytes: given.maxFileBytes,
  };
  const pool = new InterpreterPool(python, {
    warm: given.warmInterpreters,
    memoryLimitMb: given.memoryLimitMb,
    limits,
  });
  const sandbox: Sandbox = { pool, limits };
  const options = { ...given, pythonVersion: python.version };
  await proveItWorks(sandbox, options);
  // Loading leaves some 60 MB of buffers behind, which nothing would collect for a long time.
  globalThis.gc?.();
  pool.fill();
  process.on('message', (message: ToSandbox) => {
    if (message.type === 'run') void run(sandbox, options, message);
    else running.get(message.id)?.abort(new Error('cancelled'));
  });
  send({ type: 'ready', pythonVersion: python.version });
}

async function proveItWorks(sandbox: Sandbox, options: SandboxOptions): Promise<void> {
  const request = { code: 'print(6 * 7)', timeoutMs: 10_000, memoryLimitMb: 128 };
  const result = await execute(sandbox, request, options, new AbortController().signal);
  if (result.output !== '42\n') throw new Error(`the sandbox does not run Python: ${JSON.stringify(result)}`);
}

async function run(
  sandbox: Sandbox,
  options: SandboxOptions,
  { id, request, isOutputWanted }: ToSandbox & { type: 'run' },
): Promise<void> {
  const controller = new AbortController();
  running.set(id, controller);
  try {
    const onOutput: OutputListener | undefined = isOutputWanted
      ? (stream, text) => send({ type: 'output', id, stream, text })
      : undefined;
    send({ type: 'result', id, result: await execute(sandbox, request, options, controller.signal, onOutput) });
  } catch (error) {
    send({ type: 'failure', id, message: (error as Error).message });
  } finally {
    running.delete(id);
  }
}

function send(message: FromSandbox): void {
  process.send?.(message);
}

void main();
