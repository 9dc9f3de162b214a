import { Logger } from '@nestjs/common';
import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import os from 'node:os';
import { type DriverHealth, ExecutionDriver } from '../execution-driver.js';
import { executionUnavailable } from '../execution.errors.js';
import type { ExecutionRequest, ExecutionResult, OutputListener } from '../execution.model.js';
import type { ExecutionSettings } from '../execution.settings.js';
import { restartPauseMs, stableAfterMs } from './restart.policy.js';
import { sandboxCommand, sandboxStreams } from './sandbox-command.js';
import type { FromSandbox, SandboxProcessOptions, ToSandbox } from './sandbox-protocol.js';

/** How long a request waits for a process that is starting. */
const startTimeoutMs = 15_000;
/** Processes that fail in a row before requests no longer wait for the next. */
const maxFailures = 3;
/** Beyond a run's own limit, for warming up under load; then the process counts as stuck. */
const answerMarginMs = 30_000;
/** The gateway comes first when both want the processor. */
const niceness = 10;
const isolation = 'webassembly-in-child-process';

interface PendingRun {
  onOutput: OutputListener | undefined;
  resolve: (result: ExecutionResult) => void;
  timer: NodeJS.Timeout;
}

/**
 * Runs Python in CPython compiled to WebAssembly, in a child process without environment, file or process rights, one fresh
 * interpreter a run. Nothing has to be installed and nothing is written to the disk.
 */
export class EmbeddedDriver extends ExecutionDriver {
  readonly name = 'embedded';
  readonly isolation = isolation;
  readonly #logger = new Logger(EmbeddedDriver.name);
  readonly #pending = new Map<number, PendingRun>();
  #child: ChildProcess | undefined;
  readonly #readiness = new EventEmitter().setMaxListeners(0);
  #pythonVersion: string | undefined;
  #problem = 'the sandbox is starting';
  #failures = 0;
  #lastId = 0;
  #restart: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(private readonly settings: ExecutionSettings) {
    super();
  }

  override get pythonVersion(): string | undefined {
    return this.#pythonVersion;
  }

  start(): void {
    if (this.#isClosed || this.#child !== undefined) return;
    const child = this.#fork();
    if (child === undefined) return;
    this.#child = child;
    const startedAt = Date.now();
    child.stderr?.setEncoding('utf8').on('data', (text: string) => this.#logger.warn(text.trimEnd().slice(0, 2_000)));
    child.on('error', (error) => {
      // A process that could not be started does not exit.
      if (child.pid === undefined) this.#onExit(child, 0, error.message);
      else this.#logger.error(`sandbox process: ${error.message}`);
    });
    child.on('exit', (code, signal) => this.#onExit(child, Date.now() - startedAt, signal ?? `exit code ${code}`));
    child.on('message', (message: FromSandbox) => this.#receive(message));
    try {
      if (child.pid !== undefined) os.setPriority(child.pid, niceness);
    } catch {
      // Not allowed here; it only helps.
    }
  }

  async run(request: ExecutionRequest, signal: AbortSignal, onOutput?: OutputListener): Promise<ExecutionResult> {
    signal.throwIfAborted();
    const child = await this.#readyChild(signal);
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#send(child, { type: 'cancel', id });
        this.#forget(id);
        reject(signal.reason as Error);
      };
      const timer = setTimeout(() => {
        this.#logger.error('the sandbox process does not answer; it is ended');
        child.kill('SIGKILL');
      }, request.timeoutMs + answerMarginMs);
      signal.addEventListener('abort', onAbort, { once: true });
      this.#pending.set(id, {
        timer,
        onOutput,
        resolve: (result) => {
          signal.removeEventListener('abort', onAbort);
          resolve(result);
        },
      });
      this.#send(child, { type: 'run', id, request, isOutputWanted: onOutput !== undefined });
    });
  }

  health(): DriverHealth {
    return this.#pythonVersion === undefined
      ? { isAvailable: false, detail: this.#problem }
      : { isAvailable: true, detail: `Python ${this.#pythonVersion} in process ${this.#child?.pid}` };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#restart);
    const child = this.#child;
    if (child === undefined) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await exited;
  }

  #fork(): ChildProcess | undefined {
    const { maxOutputChars, maxPrintedBytes, maxFileBytes, warmInterpreters, memoryLimitMb } = this.settings;
    const options: SandboxProcessOptions = {
      maxOutputChars,
      maxPrintedBytes,
      maxFileBytes,
      warmInterpreters,
      memoryLimitMb,
      isolation,
    };
    try {
      const { entry, execArgv, account } = sandboxCommand();
      if (account === undefined && process.getuid?.() === 0) {
        this.#logger.warn('The sandbox process runs as root: another account cannot read the folder of this program.');
      }
      return fork(entry, [JSON.stringify(options)], {
        ...account,
        env: {},
        execArgv,
        serialization: 'advanced',
        stdio: sandboxStreams(),
      });
    } catch (error) {
      this.#problem = (error as Error).message;
      this.#failures = maxFailures;
      this.#logger.error(this.#problem);
      return undefined;
    }
  }

  #receive(message: FromSandbox): void {
    if (message.type === 'ready') {
      this.#pythonVersion = message.pythonVersion;
      this.#readiness.emit('change');
    } else if (message.type === 'output') {
      this.#pending.get(message.id)?.onOutput?.(message.stream, message.text);
    } else {
      this.#settle(message.id, () => (message.type === 'result' ? message.result : this.#internal(message.message)));
    }
  }

  /** @throws AppError when no process is ready in time, or several in a row have failed */
  async #readyChild(signal: AbortSignal): Promise<ChildProcess> {
    if (this.#restart === undefined) this.start();
    const giveUp = AbortSignal.any([signal, AbortSignal.timeout(startTimeoutMs)]);
    while (this.#pythonVersion === undefined && this.#failures < maxFailures && !giveUp.aborted) {
      await once(this.#readiness, 'change', { signal: giveUp }).catch(() => undefined);
    }
    signal.throwIfAborted();
    if (this.#child === undefined || this.#pythonVersion === undefined) throw executionUnavailable(this.#problem);
    return this.#child;
  }

  #onExit(child: ChildProcess, livedMs: number, how: string): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    this.#pythonVersion = undefined;
    this.#problem = `the sandbox process ended (${how})`;
    for (const id of this.#pending.keys()) this.#settle(id, () => this.#internal(this.#problem));
    if (this.#isClosed) return;
    this.#logger.error(`${this.#problem}; it is started again`);
    this.#failures = livedMs > stableAfterMs ? 1 : this.#failures + 1;
    this.#readiness.emit('change');
    this.#restart = setTimeout(() => {
      this.#restart = undefined;
      this.start();
    }, restartPauseMs(this.#failures));
  }

  #send(child: ChildProcess, message: ToSandbox): void {
    // The callback takes the error of a channel that has just closed; the exit event settles the runs.
    if (child.connected) child.send(message, () => undefined);
  }

  /** A run that its caller has cancelled is not there any more. */
  #settle(id: number, result: () => ExecutionResult): void {
    const run = this.#forget(id);
    if (run !== undefined) run.resolve(result());
  }

  #forget(id: number): PendingRun | undefined {
    const run = this.#pending.get(id);
    clearTimeout(run?.timer);
    this.#pending.delete(id);
    return run;
  }

  #internal(reason: string): ExecutionResult {
    const message = 'The sandbox failed. The run does not count; try it again.';
    this.#logger.error(`run failed: ${reason}`);
    return {
      outcome: 'internal',
      output: '',
      errors: '',
      error: { name: 'SandboxError', message, line: null, traceback: '' },
      truncated: false,
      executionTimeMs: 0,
      memoryUsedBytes: 0,
      environment: { pythonVersion: '', platform: 'wasm32-wasi', isolation },
      testCases: [],
    };
  }
}
