import { setTimeout as sleep } from 'node:timers/promises';

/** Between the beginnings of two writes. What comes meanwhile is written together: one transaction instead of many. */
const writeIntervalMs = 10;
const retryMs = 1000;
const maxItems = 200;

interface Waiting<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

/** Writes what ends at different times, as soon as it ends, few at a time or many; one write at a time. */
export class GroupedWrites<Item extends { writeUntil: number }, Result> {
  #waiting: Waiting<Item, Result>[] = [];
  #isWriting = false;

  /**
   * @param write gives a result for each item, in their order. When it fails it is repeated until `writeUntil` (milliseconds since the
   *   epoch) of the item
   * @param isHopeless whether an error lies in the items themselves, so that each has to be tried without the others, and once
   */
  constructor(
    private readonly write: (items: Item[]) => Promise<Result[]>,
    private readonly isHopeless: (error: unknown) => boolean = () => false,
  ) {}

  /**
   * Resolves when the item is written.
   *
   * @throws what `write` threw last, once it is given up
   */
  add(item: Item): Promise<Result> {
    const written = new Promise<Result>((resolve, reject) => this.#waiting.push({ item, resolve, reject }));
    if (!this.#isWriting) void this.#writeAll();
    return written;
  }

  async #writeAll(): Promise<void> {
    this.#isWriting = true;
    // What ends in the same moment goes along.
    await sleep(0);
    while (this.#waiting.length > 0) {
      const pause = sleep(writeIntervalMs);
      await this.#writeGroup(this.#waiting.splice(0, maxItems));
      await pause;
    }
    this.#isWriting = false;
  }

  async #writeGroup(group: Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.write(group.map(({ item }) => item));
      group.forEach(({ resolve }, index) => resolve(results[index] as Result));
    } catch (error) {
      if (this.isHopeless(error)) await this.#writeEach(group, error);
      else await this.#waitAndRetry(group, error);
    }
  }

  async #writeEach(group: Waiting<Item, Result>[], error: unknown): Promise<void> {
    if (group.length === 1) group[0]?.reject(error);
    else for (const one of group) await this.#writeGroup([one]);
  }

  async #waitAndRetry(group: Waiting<Item, Result>[], error: unknown): Promise<void> {
    const isLate = ({ item }: Waiting<Item, Result>) => Date.now() + retryMs > item.writeUntil;
    for (const { reject } of group.filter(isLate)) reject(error);
    this.#waiting.unshift(...group.filter((one) => !isLate(one)));
    await sleep(retryMs);
  }
}
