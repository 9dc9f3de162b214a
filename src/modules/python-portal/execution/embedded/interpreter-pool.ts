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

/** Failures in a row after which the pool gives up; something is wrong with the installation then. */
const maxFailures = 5;

/** Keeps interpreters warm. Each is handed out once and never comes back. */
export class InterpreterPool {
  readonly #warm: Interpreter[] = [];
  readonly #waiting: { resolve: (interpreter: Interpreter) => void; reject: (error: Error) => void }[] = [];
  #starting = 0;
  #failures = 0;
  #isClosed = false;

  constructor(
    private readonly runtime: PythonRuntime,
    private readonly options: PoolOptions,
  ) {}

  /** Starts what is missing, a few at a time: starting competes with running for the processors. */
  fill(): void {
    const wanted = this.options.warm + this.#waiting.length;
    while (!this.#isClosed && this.#warm.length + this.#starting < wanted && this.#starting < availableParallelism()) {
      this.#starting += 1;
      void this.#startOne();
    }
  }

  /**
   * A warm interpreter; one with another than the usual memory limit has to be started first.
   *
   * @throws Error when interpreters do not start
   */
  async take(memoryLimitMb: number = this.options.memoryLimitMb): Promise<Interpreter> {
    if (memoryLimitMb !== this.options.memoryLimitMb) return this.#start(memoryLimitMb);
    const interpreter = this.#warm.shift();
    if (interpreter !== undefined) {
      this.fill();
      return interpreter;
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.fill();
    });
  }

  get warmCount(): number {
    return this.#warm.length;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#warm.splice(0).map((interpreter) => interpreter.kill()));
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
      if (waiting !== undefined) waiting.resolve(interpreter);
      else if (this.#isClosed) await interpreter.kill();
      else this.#warm.push(interpreter);
    } catch (error) {
      this.#failures += 1;
      if (this.#failures >= maxFailures) throw error;
    } finally {
      this.#starting -= 1;
    }
    this.fill();
  }
}
