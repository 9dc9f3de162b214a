import type { BulkheadSettings } from './resilience-settings.js';

/**
 * Bounds the calls in flight to one origin and those that wait for a place, so that one slow upstream cannot take the sockets
 * and the memory of the others. First come, first served.
 */
export class Bulkhead {
  #active = 0;
  /** A set, so that one who gives up leaves at constant cost; it keeps the order of arrival. */
  readonly #waiting = new Set<() => void>();

  constructor(private readonly settings: BulkheadSettings) {}

  get isIdle(): boolean {
    return this.#active === 0 && this.#waiting.size === 0;
  }

  /** Takes a place if one is free, to be given back by one call of `leave`. */
  tryEnter(): boolean {
    if (this.#active >= this.settings.maxConcurrent) return false;
    this.#active += 1;
    return true;
  }

  /**
   * Takes a place as soon as one is free.
   *
   * @param signal gives up waiting
   * @returns false when the queue is full or the signal was aborted
   */
  async enter(signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return false;
    if (this.tryEnter()) return true;
    if (this.#waiting.size >= this.settings.maxQueued) return false;
    return new Promise((resolve) => {
      const take = (): void => {
        signal.removeEventListener('abort', giveUp);
        resolve(true);
      };
      const giveUp = (): void => {
        this.#waiting.delete(take);
        resolve(false);
      };
      signal.addEventListener('abort', giveUp, { once: true });
      this.#waiting.add(take);
    });
  }

  leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#active -= 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}
