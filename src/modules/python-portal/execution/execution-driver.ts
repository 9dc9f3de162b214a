import type { ExecutionRequest, ExecutionResult, OutputListener } from './execution.model.js';

export interface DriverHealth {
  isAvailable: boolean;
  /** For people: what is running, or why nothing is. */
  detail: string;
}

/** Something that can run Python for students. The class is the injection token; `EXECUTION_DRIVER` chooses the implementation. */
export abstract class ExecutionDriver {
  abstract readonly name: string;
  /** What separates the student's code from this machine; shown in readiness, metrics and every result. */
  abstract readonly isolation: string;

  /** Of the Python that runs, once it is known. Results are used again only for the same version. */
  get pythonVersion(): string | undefined {
    return undefined;
  }

  /** Begins to get ready and does not wait for it. */
  abstract start(): void;

  /**
   * Runs one request. The result tells what the code did; `outcome: 'internal'` is a failure of ours.
   *
   * @param signal stops the run at once; the promise then rejects with the signal's reason
   * @param onOutput hears what a free program prints while it runs, from drivers that can tell. Never called for graded runs:
   *   what the tests print could tell the hidden ones.
   * @throws AppError `unavailable` when the driver cannot run anything now
   */
  abstract run(request: ExecutionRequest, signal: AbortSignal, onOutput?: OutputListener): Promise<ExecutionResult>;

  abstract health(): DriverHealth;

  /** Ends every run and frees everything. */
  abstract close(): Promise<void>;
}
