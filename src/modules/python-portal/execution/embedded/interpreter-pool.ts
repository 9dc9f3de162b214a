import { availableParallelism } from 'node:os';
import { Interpreter } from './interpreter.js';
import { InterpreterThread } from './interpreter-thread.js';
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

/** Keeps interpreters warm. Each is handed out once and never comes back; its thread does when it ended well. */
export class InterpreterPool {
  readonly #warm: Interpreter[] = [];
  readonly #idleThreads: InterpreterThread[] = [];
  readonly #waiting: ((interpreter: Interpreter) => void)[] = [];
  /** Those at work that came from the pool, so that the next is not started before they are done: that takes time from what runs. */
  readonly #taken = new Set<Interpreter>();
  #starting = 0;
  #failures = 0;

  constructor(
    private readonly runtime: PythonRuntime,
    private readonly options: PoolOptions,
  ) {}

  /** Starts what is missing, a few at a time: starting competes with running for the processors. */
  fill(): void {
    while (this.#missing > 0 && this.#starting < availableParallelism()) {
      this.#starting += 1;
      void this.#startOne();
    }
  }

  /**
   * A warm interpreter; one with another than the usual memory limit has to be started first. Whoever takes it has to release it.
   *
   * @throws Error when it does not start
   */
  async take(memoryLimitMb: number = this.options.memoryLimitMb): Promise<Interpreter> {
    if (memoryLimitMb !== this.options.memoryLimitMb) {
      return this.#start(new InterpreterThread(this.runtime, memoryLimitMb));
    }
    const interpreter = this.#warm.shift();
    if (interpreter === undefined) return this.#next();
    this.#taken.add(interpreter);
    return interpreter;
  }

  /** Ends an interpreter that was taken, and starts the next. */
  async release(interpreter: Interpreter): Promise<void> {
    this.#taken.delete(interpreter);
    await interpreter.leave();
    this.fill();
  }

  #next(): Promise<Interpreter> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.fill();
    });
  }

  async #start(thread: InterpreterThread): Promise<Interpreter> {
    const interpreter = new Interpreter(thread, this.options.limits, (free) => this.#keep(free));
    try {
      await interpreter.ready;
      return interpreter;
    } catch (error) {
      await interpreter.leave();
      throw error;
    }
  }

  async #startOne(): Promise<void> {
    try {
      const interpreter = await this.#start(this.#usualThread());
      this.#failures = 0;
      const waiting = this.#waiting.shift();
      if (waiting === undefined) {
        this.#warm.push(interpreter);
      } else {
        this.#taken.add(interpreter);
        waiting(interpreter);
      }
    } catch (error) {
      this.#failures += 1;
      // Ends the process; the gateway starts another.
      if (this.#failures >= maxFailures) throw error;
    } finally {
      this.#starting -= 1;
    }
    this.fill();
  }

  #usualThread(): InterpreterThread {
    const idle = this.#idleThreads.pop();
    return idle?.canHostAnother === true ? idle : new InterpreterThread(this.runtime, this.options.memoryLimitMb);
  }

  get #missing(): number {
    // Those at work stand for some that should be warm, never for one that somebody waits for.
    const toBeWarm = Math.max(0, this.options.warm - this.#taken.size);
    return toBeWarm + this.#waiting.length - this.#warm.length - this.#starting;
  }

  async #keep(thread: InterpreterThread): Promise<void> {
    const isUsual = thread.memoryLimitMb === this.options.memoryLimitMb;
    if (isUsual && this.#missing > this.#idleThreads.length) this.#idleThreads.push(thread);
    else await thread.terminate();
  }
}
