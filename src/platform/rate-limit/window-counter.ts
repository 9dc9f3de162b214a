import { LRUCache } from 'lru-cache';

interface Window {
  uses: number;
  endsAtMs: number;
}

/**
 * Counts uses of keys in fixed windows, in this process's memory, for at most so many keys: somebody who owns many addresses must
 * not fill it. The key that was used least recently is forgotten first.
 */
export class WindowCounter {
  readonly #windows: LRUCache<string, Window>;

  constructor(maxKeys: number) {
    this.#windows = new LRUCache({ max: maxKeys });
  }

  /** @returns the uses in the key's window, this one included, and the milliseconds until it ends */
  count(key: string, windowMs: number, nowMs = Date.now()): { uses: number; msLeft: number } {
    let window = this.#windows.get(key);
    if (window === undefined || window.endsAtMs <= nowMs) {
      window = { uses: 0, endsAtMs: nowMs + windowMs };
      this.#windows.set(key, window);
    }
    window.uses += 1;
    return { uses: window.uses, msLeft: window.endsAtMs - nowMs };
  }
}
