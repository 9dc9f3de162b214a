/** Ends an attempt when its time is up or when the caller cancels. `dispose` it, or the timer lives on. */
export class AttemptLimit {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #isTimedOut = false;

  constructor(
    readonly timeoutMs: number,
    private readonly cancelled: AbortSignal | undefined,
  ) {
    this.#timer = setTimeout(() => {
      this.#isTimedOut = true;
      this.#controller.abort();
    }, timeoutMs);
    if (cancelled?.aborted) this.#cancel();
    // By hand, because AbortSignal.any keeps each signal alive as long as a source that may live as long as the process.
    cancelled?.addEventListener('abort', this.#cancel, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get isTimedOut(): boolean {
    return this.#isTimedOut;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.cancelled?.removeEventListener('abort', this.#cancel);
  }

  readonly #cancel = (): void => this.#controller.abort();
}
