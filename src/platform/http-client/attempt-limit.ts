/**
 * Ends an attempt when its time is up or when the caller cancels. `dispose` it, or the timer lives on. Only who asks for its signal pays
 * for one: making and listening to it costs more than all else here.
 */
export class AttemptLimit {
  readonly #timer: NodeJS.Timeout;
  #controller: AbortController | undefined;
  #stop: (() => void) | undefined;
  #isOver = false;
  #isTimedOut = false;

  constructor(
    readonly timeoutMs: number,
    private readonly cancelled: AbortSignal | undefined,
  ) {
    this.#timer = setTimeout(() => {
      this.#isTimedOut = true;
      this.#end();
    }, timeoutMs);
    if (cancelled?.aborted) this.#end();
    // By hand, because AbortSignal.any keeps each signal alive as long as a source that may live as long as the process.
    cancelled?.addEventListener('abort', this.#end, { once: true });
  }

  /** For libraries that understand nothing else. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#isOver) this.#controller.abort();
    return this.#controller.signal;
  }

  get isTimedOut(): boolean {
    return this.#isTimedOut;
  }

  /** Has what is under way stopped when the limit is reached, at once if it has been. What was under way before it is over by then. */
  onOver(stop: () => void): void {
    this.#stop = stop;
    if (this.#isOver) stop();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.cancelled?.removeEventListener('abort', this.#end);
  }

  readonly #end = (): void => {
    this.#isOver = true;
    this.#controller?.abort();
    this.#stop?.();
  };
}
