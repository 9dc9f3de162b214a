import { setTimeout as sleep } from 'node:timers/promises';

/** What ends within this time is written together: one transaction instead of many. */
const gatherMs = 5;
const retryMs = 1000;

/**
 * Writes what ends at different times, as soon as it ends, few at a time or many. A batch is not as slow as its slowest attempt,
 * and a crash repeats no more than what was really under way.
 */
export class OutcomeWriter<Outcome> {
  #unwritten: Outcome[] = [];
  #writing: Promise<void> | undefined;
  #left: number;

  /**
   * @param size outcomes that will come
   * @param write is repeated when it fails, until `deadline` (milliseconds since the epoch)
   */
  constructor(
    size: number,
    private readonly deadline: number,
    private readonly write: (outcomes: Outcome[]) => Promise<void>,
  ) {
    this.#left = size;
  }

  /**
   * Resolves when the outcome is written.
   *
   * @throws what `write` threw last, once the deadline is over
   */
  add(outcome: Outcome): Promise<void> {
    this.#unwritten.push(outcome);
    this.#left -= 1;
    this.#writing ??= this.#writeAll();
    return this.#writing;
  }

  async #writeAll(): Promise<void> {
    try {
      while (this.#unwritten.length > 0) {
        // Never at once: the caller must have this promise before it ends.
        await sleep(this.#left > 0 ? gatherMs : 0);
        await this.#writeOnce(this.#unwritten.splice(0));
      }
    } finally {
      // In the same step as the last look at what is unwritten, so that nothing is added to a writer that has ended.
      this.#writing = undefined;
    }
  }

  async #writeOnce(outcomes: Outcome[]): Promise<void> {
    for (;;) {
      try {
        await this.write(outcomes);
        return;
      } catch (error) {
        if (Date.now() + retryMs > this.deadline) throw error;
        await sleep(retryMs);
      }
    }
  }
}
