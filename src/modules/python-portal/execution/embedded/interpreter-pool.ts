import { availableParallelism } from 'node:os';
import { Interpreter } from './interpreter.js';
import type { PythonRuntime } from './python-runtime.js';
import type { Limits } from './sandbox-messages.js';

export interface PoolOptions {
  /** Interpreters that wait for a job. */
  warm: number;
  /** Memory limit of those that wait. */
  memoryLimitMb: number;
  limits: Limits;
}

/** Failures in a row after which something must be wrong with the process. */
const maxFailures = 5;

/** Keeps interpreters warm. Each is handed out once and never used again. */
export class InterpreterPool {
  readonly #warm: Interpreter[] = [];
  readonly #waiting: ((interpreter: Interpreter) => void)[] = [];
  #starting = 0;
  #failures = 0;

  constructor(
    private readonly runtime: PythonRuntime,
    private readonly options: PoolOptions,
  ) {}

  /**
   * A warm interpreter; one with another than the usual memory limit has to be started first.
   *
   * @throws Error when it does not start
   */
  async take(memoryLimitMb: number = this.options.memoryLimitMb): Promise<Interpreter> {
    if (memoryLimitMb !== this.options.memoryLimitMb) return this.#start(memoryLimitMb);
    const interpreter = this.#warm.shift();
    if (interpreter !== undefined) return interpreter;
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.fill();
    });
  }

  /** Ends an interpreter that was taken, and starts the next. Not earlier: starting takes processor time from what runs. */
  release(interpreter: Interpreter): void {
    void interpreter.kill();
    this.fill();
  }

  /** Starts what is missing, as many at a time as there are processors. */
  fill(): void {
    const wanted = this.options.warm + this.#waiting.length;
    while (this.#warm.length + this.#starting < wanted && this.#starting < availableParallelism()) {
      this.#starting += 1;
      void this.#startOne();
    }
  }

  async #start(memoryLimitMb: number): Promise<Interpreter> {
    const interpreter = new Interpreter(this.runtime, this.options.limits, memoryLimitMb);
    try {
      await interpreter.ready;
      return interpreter;
    } catch (error) {
      await interpreter.kill();
      throw error;
    }
  }

  async #startOne(): Promise<void> {
    try {
      const interpreter = await this.#start(this.options.memoryLimitMb);
      this.#failures = 0;
      const waiting = this.#waiting.shift();
      if (waiting !== undefined) waiting(interpreter);
      else this.#warm.push(interpreter);
    } catch (error) {
      this.#failures += 1;
      // Ends the process; the gateway starts another.
      if (this.#failures >= maxFailures) throw error;
    } finally {
      this.#starting -= 1;
    }
    this.fill();
  }
}
