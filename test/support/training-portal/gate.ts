/** Lets a fixed number of callers in at once, in order of arrival: the worker threads, and (with one place) the global lock. */
export class Gate {
  private readonly waiting: (() => void)[] = [];

  constructor(private free: number) {}

  /** Waits for a place. Answers false, without a place, when there was none within `timeoutMs`. */
  enter(timeoutMs: number): Promise<boolean> {
    if (this.free > 0) {
      this.free -= 1;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const admit = (): void => {
        clearTimeout(timer);
        resolve(true);
      };
      const timer = setTimeout(() => {
        this.waiting.splice(this.waiting.indexOf(admit), 1);
        resolve(false);
      }, timeoutMs);
      this.waiting.push(admit);
    });
  }

  leave(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.free += 1;
  }

  /** Runs `work` with a place, however long that takes to get. */
  async run<T>(work: () => Promise<T> | T): Promise<T> {
    await this.enter(2 ** 31 - 1);
    try {
      return await work();
    } finally {
      this.leave();
    }
  }
}
