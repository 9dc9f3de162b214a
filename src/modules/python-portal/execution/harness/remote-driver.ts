import { Logger } from '@nestjs/common';
import { OutboundError } from '../../../../platform/http-client/outbound-error.js';
import type { ServiceAnswer } from '../../services/service-call.js';
import type { ServicePool } from '../../services/service-pool.js';
import { type DriverHealth, ExecutionDriver } from '../execution-driver.js';
import { executionUnavailable } from '../execution.errors.js';
import type { ExecutionFault, ExecutionOutcome, ExecutionRequest, ExecutionResult } from '../execution.model.js';
import type { ExecutionSettings } from '../execution.settings.js';
import type { HarnessJob } from './harness-job.js';
import { readReport } from './harness-report.js';
import { rejected, resultOf } from './harness-result.js';
import { HarnessText } from './harness-text.js';

/** Beyond the run's own limit: the service's queue, its start of Python, and the way there and back. */
const answerMarginMs = 10_000;
const maxResponseBytes = 25_000_000;

/** One request as a service takes it. */
export interface RemoteRun {
  path: string;
  /** JSON. */
  body: Buffer;
  job: HarnessJob;
  /** How long the service lets it run. */
  timeoutMs: number;
}

/** What a service said about a run: what it printed, or what became of it otherwise. */
export type RemoteAnswer =
  | { stdout: string; stderr: string; verdict?: { outcome: ExecutionOutcome; error: ExecutionFault } }
  | { verdict: { outcome: ExecutionOutcome; error: ExecutionFault } };

/** Runs code by a service that takes a Python program: ours, which runs the student's in a process apart and reports on it. */
export abstract class RemoteDriver extends ExecutionDriver {
  protected readonly logger = new Logger(this.constructor.name);
  protected readonly harness = new HarnessText();
  /** Whether the service promises more than a process. */
  protected abstract readonly isContainerized: boolean;

  constructor(
    protected readonly pool: ServicePool,
    protected readonly settings: ExecutionSettings,
  ) {
    super();
  }

  /** The registry looks after the instances from the start of the process. */
  start(): void {}

  async run(request: ExecutionRequest, signal: AbortSignal): Promise<ExecutionResult> {
    signal.throwIfAborted();
    // Half a surrogate pair, which JSON can carry, is no character that a file could hold.
    const whole = { ...request, code: wellFormed(request.code), stdin: wellFormed(request.stdin ?? '') };
    const remote = this.prepare(whole);
    if ('outcome' in remote) return this.#without(remote);
    const answer = await this.#call(remote, signal);
    const said = this.interpret(answer);
    if (!('stdout' in said)) return this.#without(said.verdict);
    const { report, state } = readReport(said.stdout, remote.job.nonce);
    if (report !== undefined) return this.#checked(resultOf(whole, remote.job, report, this.isolation));
    if (said.verdict !== undefined) return this.#without(said.verdict);
    if (state !== 'began') return this.#internal(`the harness has ${state}: ${said.stderr.slice(-1_000)}`);
    // Not an error of ours as such: a program can end the process that watches it. But a broken harness looks the same.
    this.logger.warn(`A run ended without a report: ${said.stderr.slice(-1_000)}`);
    return this.#without({
      outcome: 'runtime-error',
      error: fault('FatalError', 'The program ended or disturbed the process that watches over it.'),
    });
  }

  health(): DriverHealth {
    const { instances, isAvailable, name } = this.pool;
    if (isAvailable) return { isAvailable, detail: `the ${name} service with ${instances.length} instances` };
    return { isAvailable, detail: `no instance of the ${name} service can take requests` };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** The request for the service, or a verdict when the service could never take it. */
  protected abstract prepare(
    request: ExecutionRequest,
  ): RemoteRun | { outcome: ExecutionOutcome; error: ExecutionFault };

  /** @throws AppError `too-many`, `unavailable` */
  protected abstract interpret(answer: ServiceAnswer): RemoteAnswer;

  /**
   * A run has no effect but load, yet twice the load is what a service in trouble needs least: it is sent again only when it
   * surely was not begun (connection refused, 429, 503), and then to another instance.
   */
  async #call({ path, body, timeoutMs }: RemoteRun, signal: AbortSignal): Promise<ServiceAnswer> {
    const deadlineMs = timeoutMs + answerMarginMs;
    try {
      // A program can stop the process that watches it, and the original executor then waits for ever. That must not open breakers;
      // an executor that hangs by itself fails its health checks.
      const canHang = true;
      return await this.pool.call({ method: 'POST', path, body, deadlineMs, maxResponseBytes, canHang, signal });
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      this.logger.warn(`The ${this.pool.name} service failed: ${error.message}`);
      throw executionUnavailable(`the ${this.pool.name} service does not answer`);
    }
  }

  protected internalVerdict(reason: string): { outcome: 'internal'; error: ExecutionFault } {
    this.logger.error(`The ${this.pool.name} service: ${reason}`);
    return {
      outcome: 'internal',
      error: fault('SandboxError', 'The service that runs code failed. The run does not count; try it again.'),
    };
  }

  #internal(reason: string): ExecutionResult {
    return this.#without(this.internalVerdict(reason));
  }

  /** A result of which nothing is known but the verdict. */
  #without({ outcome, error }: { outcome: ExecutionOutcome; error: ExecutionFault }): ExecutionResult {
    return this.#checked({
      outcome,
      output: '',
      errors: '',
      error,
      truncated: outcome === 'output-limit',
      executionTimeMs: 0,
      memoryUsedBytes: 0,
      environment: { pythonVersion: '', platform: '', isolation: this.isolation },
      testCases: [],
    });
  }

  #checked(result: ExecutionResult): ExecutionResult {
    return { ...result, environment: { ...result.environment, containerized: this.isContainerized } };
  }
}

function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}

export function fault(name: string, message: string): ExecutionFault {
  return { name, message, line: null, traceback: '' };
}

/** Ours or the tests' size, which the student cannot help. */
export const tooLong = (what: string) =>
  rejected('TestsError', `The code and its tests together are longer than ${what} takes.`);
