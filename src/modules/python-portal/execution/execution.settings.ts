import { availableParallelism } from 'node:os';
import type { AppConfig } from '../../../platform/config/app-config.js';

/** Limits and sizes of code execution, with their defaults. The class is the injection token. */
export class ExecutionSettings {
  /** Runs at the same time (`EXECUTION_CONCURRENCY`). */
  readonly concurrency: number = availableParallelism();
  /** Runs that may wait (`EXECUTION_QUEUE_SIZE`). */
  readonly queueSize: number = 100;
  /** Share of the places, running and waiting, that all guests together may hold. */
  readonly guestShare: number = 0.5;
  /** Characters kept of each of stdout and stderr (`EXECUTION_MAX_OUTPUT_CHARS`). What follows is dropped, the program goes on. */
  readonly maxOutputChars: number = 10_000;
  /** Bytes that a program may print altogether, kept or not, before it is ended with `output-limit`. */
  readonly maxPrintedBytes: number = 4_000_000;
  /** Bytes that a program's files may hold; they live in memory. Python sees ENOSPC beyond. */
  readonly maxFileBytes: number = 16_000_000;
  /** Interpreters of the embedded sandbox that wait warm, about 20 MB each. A graded run needs two. */
  readonly warmInterpreters: number = 2 * availableParallelism();
  /** Memory limit that warm interpreters have; a run with another limit starts its own. */
  readonly memoryLimitMb: number = 128;

  /** Seconds that asynchronous runs, and graded results for use again, are kept (`EXECUTION_RESULT_TTL`). */
  readonly resultTtlSeconds: number = 86_400;

  constructor(overrides: Partial<ExecutionSettings> = {}) {
    Object.assign(this, overrides);
  }
}

/** The settings that the operator can change by environment variable, the others at their defaults. */
export function executionSettingsOf({ execution }: AppConfig): ExecutionSettings {
  const given = Object.entries(execution).filter(([, value]) => value !== undefined);
  return new ExecutionSettings(Object.fromEntries(given));
}
