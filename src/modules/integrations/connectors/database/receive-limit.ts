import type { Socket } from 'node:net';
import { SyncFailure } from '../sync-failure.js';

const defaultMaxBytes = 67_108_864;
/** So often that little more comes in until it is seen. */
const intervalMs = 20;

/**
 * Ends a connection on which too much comes in for one page. Drivers keep all of it in memory, also of a row that has not ended. What
 * comes in is counted below TLS and without touching the stream, whose flow is the driver's.
 */
export class ReceiveLimit {
  #from: number;
  #failure: SyncFailure | undefined;

  constructor(
    private readonly socket: Socket,
    private readonly maxBytes = defaultMaxBytes,
  ) {
    this.#from = socket.bytesRead;
    const timer = setInterval(() => this.#check(), intervalMs);
    socket.once('close', () => clearInterval(timer));
  }

  /** @throws SyncFailure when the answer is too large, also when it is just complete; otherwise what the answer throws */
  async within<T>(answer: () => Promise<T>): Promise<T> {
    this.#from = this.socket.bytesRead;
    try {
      const result = await answer();
      this.#check();
      if (this.#failure === undefined) return result;
    } catch (error) {
      throw this.#failure ?? error;
    }
    throw this.#failure;
  }

  #check(): void {
    if (this.socket.bytesRead - this.#from <= this.maxBytes) return;
    const message = `A page is larger than ${this.maxBytes} bytes; use a smaller config.batchSize`;
    this.#failure ??= new SyncFailure('source', message);
    this.socket.destroy(this.#failure);
  }
}
