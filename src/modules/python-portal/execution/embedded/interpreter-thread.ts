import { MessageChannel, type MessagePort, Worker, receiveMessageOnPort } from 'node:worker_threads';
import type { PythonRuntime } from './python-runtime.js';
import { type FromWorker, type ThreadInput, type ToWorker, signalSlot } from './sandbox-messages.js';

/** Deep recursion of C functions in the interpreter uses the thread's stack. */
const stackMb = 16;
/** JavaScript objects of one interpreter's host: files, descriptors, messages. */
const hostMemoryMb = 48;
/** Interpreters that a thread hosts, so that nothing can pile up in it. */
const maxInterpreters = 100;

/** How a thread ended: something is wrong with it, or the host's own objects used too much memory. */
export interface ThreadDeath {
  code: string;
  message: string;
}

/**
 * A worker thread that hosts interpreters, one at a time. Each is a WebAssembly instance of its own with a memory and a world of its
 * own, made anew and dropped after its job; only the thread is used again, because starting one takes longer than a small program
 * (docs/adr/0012). A thread whose interpreter did not end by itself is terminated.
 */
export class InterpreterThread {
  /** Set by the interpreter that is hosted now. */
  onMessage: (message: FromWorker) => void = () => undefined;
  onDeath: (death: ThreadDeath) => void = () => undefined;
  readonly signal = new SharedArrayBuffer(8);
  readonly #worker: Worker;
  readonly #port: MessagePort;
  #hosted = 0;
  #isDead = false;

  /** @param memoryLimitMb of every interpreter that it hosts */
  constructor(
    { module, initialPages, library }: PythonRuntime,
    readonly memoryLimitMb: number,
  ) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const input: ThreadInput = { module, initialPages, library, memoryLimitMb, signal: this.signal, port: port2 };
    this.#worker = new Worker(new URL('sandbox-worker.js', import.meta.url), {
      workerData: input,
      transferList: [port2],
      env: {},
      resourceLimits: {
        stackSizeMb: stackMb,
        // The interpreter's memory is outside of this heap, but beyond half of its limit V8 collects garbage at each growth.
        maxOldGenerationSizeMb: hostMemoryMb + 2 * memoryLimitMb,
      },
    });
    this.#port.on('message', (message: FromWorker) => this.onMessage(message));
    this.#worker.on('error', (error: Error & { code?: string }) =>
      this.onDeath({ code: error.code ?? error.name, message: error.message }),
    );
    this.#worker.on('exit', () => {
      this.#isDead = true;
      this.receivePending();
      this.onDeath({ code: 'EXIT', message: 'the thread ended' });
    });
  }

  get canHostAnother(): boolean {
    return !this.#isDead && this.#hosted < maxInterpreters;
  }

  /** Size of the memory of the interpreter that is hosted now, as of its last call to the host. */
  get memoryBytes(): number {
    return Atomics.load(new Int32Array(this.signal), signalSlot.memoryBytes);
  }

  send(message: ToWorker, transfer: MessagePort[] = []): void {
    if (message.type === 'host') this.#hosted += 1;
    this.#port.postMessage(message, transfer);
    const signal = new Int32Array(this.signal);
    Atomics.add(signal, signalSlot.messages, 1);
    Atomics.notify(signal, signalSlot.messages);
  }

  /** Takes what the thread has sent but the event loop has not yet delivered. */
  receivePending(): void {
    for (;;) {
      const received: { message: FromWorker } | undefined = receiveMessageOnPort(this.#port);
      if (received === undefined) return;
      this.onMessage(received.message);
    }
  }

  /** Ends the thread whatever it does and frees its memory. */
  async terminate(): Promise<void> {
    await this.#worker.terminate();
    this.#port.close();
  }
}
