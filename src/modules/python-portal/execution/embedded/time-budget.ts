/** Added to the limit before a run is ended, so that a program that ends on time is not cut off while its result is on the way. */
const graceMs = 50;

/** The wall-clock time of one request, shared by everything that is run for it. Warming up does not count. */
export class TimeBudget {
  #usedMs = 0;

  constructor(
    readonly limitMs: number,
    private readonly signal: AbortSignal,
  ) {}

  get usedMs(): number {
    return this.#usedMs;
  }

  get isUsedUp(): boolean {
    return this.#usedMs >= this.limitMs;
  }

  /**
   * Waits for a run until the budget is used up, then gives `timeout`.
   *
   * @throws the signal's reason when the caller has gone away
   */
  async spend<T>(running: Promise<T>): Promise<T | 'timeout'> {
    this.signal.throwIfAborted();
    const startedAt = performance.now();
    let timer: NodeJS.Timeout | undefined;
    let onAbort: (() => void) | undefined;
    try {
      return await Promise.race([
        running,
        new Promise<'timeout'>((resolve, reject) => {
          timer = setTimeout(() => resolve('timeout'), this.limitMs - this.#usedMs + graceMs);
          onAbort = () => reject(this.signal.reason as Error);
          this.signal.addEventListener('abort', onAbort);
        }),
      ]);
    } finally {
      clearTimeout(timer);
      if (onAbort !== undefined) this.signal.removeEventListener('abort', onAbort);
      this.#usedMs += performance.now() - startedAt;
    }
  }
}
