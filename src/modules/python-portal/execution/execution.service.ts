import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { FairQueue, type Requester, type Ticket } from './admission/fair-queue.policy.js';
import { ExecutionDriver } from './execution-driver.js';
import { queueFull } from './execution.errors.js';
import type { ExecutionRequest, ExecutionResult, OutputListener } from './execution.model.js';
import { ExecutionSettings } from './execution.settings.js';

/** Hears how a run gets on. */
export interface RunWatcher {
  /** The run waits for its turn; it was not refused. */
  onAdmitted?: () => void;
  onStarted?: () => void;
  onOutput?: OutputListener;
}

interface WaitingRun extends Ticket {
  begin: () => void;
  refuse: (error: Error) => void;
}

/** Weight of the newest run in the average that `Retry-After` is made of. */
const smoothing = 0.2;

/** Runs programs: whose turn it is, then the driver. */
@Injectable()
export class ExecutionService implements OnModuleInit, OnApplicationShutdown {
  readonly #queue: FairQueue<WaitingRun>;
  /** Removed by hand: what a WeakMap holds stays until all of the memory is collected, and each ticket holds its whole request. */
  readonly #waiting = new Map<RunWatcher, WaitingRun>();
  #averageRunMs = 1_000;

  constructor(
    private readonly driver: ExecutionDriver,
    private readonly settings: ExecutionSettings,
  ) {
    this.#queue = new FairQueue({
      places: settings.concurrency,
      waiting: settings.queueSize,
      guestShare: settings.guestShare,
    });
  }

  onModuleInit(): void {
    if (this.settings.warmInterpreters > 0) this.driver.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.driver.close();
  }

  /** For metrics and readiness. */
  get load(): { running: number; waiting: number } {
    return { running: this.#queue.servingCount, waiting: this.#queue.waitingCount };
  }

  /** What results depend on besides the request; undefined while the version of Python is not known. */
  get environment(): { driver: string; isolation: string; pythonVersion: string } | undefined {
    const { name: driver, isolation, pythonVersion } = this.driver;
    return pythonVersion === undefined ? undefined : { driver, isolation, pythonVersion };
  }

  /**
   * Waits for a turn and runs the program.
   *
   * @param signal ends the waiting or the run, for a caller who has gone away; the promise rejects with its reason
   * @throws AppError `too-many` when no more requests can wait, `unavailable` when the driver cannot run anything
   */
  async run(
    request: ExecutionRequest,
    requester: Requester,
    signal: AbortSignal,
    watcher: RunWatcher = {},
  ): Promise<ExecutionResult> {
    const ticket = await this.#turn(requester, signal, watcher);
    watcher.onStarted?.();
    const startedAt = performance.now();
    try {
      return await this.driver.run(request, signal, watcher.onOutput);
    } finally {
      this.#averageRunMs += smoothing * (performance.now() - startedAt - this.#averageRunMs);
      this.#leave(ticket);
    }
  }

  /** Place of a waiting run in the queue, 1 for the next; undefined when it does not wait. */
  positionOf(watcher: RunWatcher): number | undefined {
    const ticket = this.#waiting.get(watcher);
    return ticket && this.#queue.positionOf(ticket);
  }

  async #turn(requester: Requester, signal: AbortSignal, watcher: RunWatcher): Promise<WaitingRun> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const stopWaiting = () => {
        signal.removeEventListener('abort', onAbort);
        this.#waiting.delete(watcher);
      };
      const onAbort = () => {
        stopWaiting();
        this.#leave(ticket);
        reject(signal.reason as Error);
      };
      const ticket: WaitingRun = {
        requester,
        begin: () => {
          stopWaiting();
          resolve(ticket);
        },
        refuse: (error) => {
          stopWaiting();
          reject(error);
        },
      };
      signal.addEventListener('abort', onAbort);
      this.#waiting.set(watcher, ticket);
      const { isAdmitted, evicted } = this.#queue.offer(ticket);
      evicted?.refuse(queueFull(this.#retryAfterSeconds()));
      if (isAdmitted) {
        watcher.onAdmitted?.();
        this.#beginNext();
      } else ticket.refuse(queueFull(this.#retryAfterSeconds()));
    });
  }

  #leave(ticket: WaitingRun): void {
    this.#queue.remove(ticket);
    this.#beginNext();
  }

  #beginNext(): void {
    for (const ticket of this.#queue.next()) ticket.begin();
  }

  /** When about half of those who wait now will have been served, at most a minute. */
  #retryAfterSeconds(): number {
    const seconds = (this.#queue.waitingCount * this.#averageRunMs) / this.settings.concurrency / 2_000;
    return Math.min(60, Math.max(1, Math.ceil(seconds)));
  }
}
