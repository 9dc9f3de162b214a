/**
 * Carries one small message at a time from a thread to another through shared memory. A message port costs some 100 µs a message,
 * a test makes thousands of calls. What does not fit goes over the port, and the mailbox says so.
 */
export class Mailbox {
  /** 0 empty, -1 look at the port, else 1 + the number of bytes. */
  readonly #state: Int32Array;
  readonly #bytes: Uint8Array;

  constructor(shared: SharedArrayBuffer) {
    this.#state = new Int32Array(shared, 0, 1);
    this.#bytes = new Uint8Array(shared, 4);
  }

  static allocate(): SharedArrayBuffer {
    return new SharedArrayBuffer(4 + 65_536);
  }

  fits(message: Uint8Array): boolean {
    return message.length <= this.#bytes.length;
  }

  /** Puts a message that fits, or the word that it is on the port. The mailbox is empty when it is our turn to write. */
  put(message: Uint8Array | 'on-port'): void {
    if (message !== 'on-port') this.#bytes.set(message);
    Atomics.store(this.#state, 0, message === 'on-port' ? -1 : message.length + 1);
  }

  take(): Uint8Array | 'on-port' | undefined {
    const state = Atomics.load(this.#state, 0);
    if (state === 0) return undefined;
    const message = state === -1 ? 'on-port' : this.#bytes.slice(0, state - 1);
    Atomics.store(this.#state, 0, 0);
    return message;
  }
}
