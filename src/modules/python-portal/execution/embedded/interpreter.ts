import { MessageChannel, type MessagePort, Worker, receiveMessageOnPort } from 'node:worker_threads';
import { Mailbox } from './mailbox.js';
import { OutputBuffer } from './output-buffer.js';
import type { PythonRuntime } from './python-runtime.js';
import {
  type FromWorker,
  type Job,
  type Limits,
  type PeerLine,
  type ToWorker,
  type WorkerInput,
  signalSlot,
} from './sandbox-messages.js';

/** How an interpreter ended by itself. `lost`: its thread died, for instance because the host's own objects used too much memory. */
export type InterpreterEnd =
  | Extract<FromWorker, { type: 'exit' | 'crash' | 'flood' | 'violation' }>
  | { type: 'lost'; code: string; message: string };

/** Deep recursion of C functions in the interpreter uses the thread's stack. */
const stackMb = 16;
/** JavaScript objects of one interpreter's host: files, descriptors, messages. */
const hostMemoryMb = 48;

/** One worker thread with one interpreter, for one job. */
export class Interpreter {
  /** Resolves when the interpreter waits for its job; rejects when it ends before. */
  readonly ready: Promise<void>;
  readonly ended: Promise<InterpreterEnd>;
  /** Receives what the interpreter reports, as JSON text; set it before `start`. */
  onReport: (json: string) => void = () => undefined;
  readonly stdout: OutputBuffer;
  readonly stderr: OutputBuffer;
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #signal = new SharedArrayBuffer(8);
  #receive: (message: FromWorker) => void = () => undefined;

  constructor(
    runtime: PythonRuntime,
    limits: Limits,
    readonly memoryLimitMb: number,
  ) {
    this.stdout = OutputBuffer.withCapacity(limits.maxOutputBytes);
    this.stderr = OutputBuffer.withCapacity(limits.maxOutputBytes);
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const { module, initialPages, library } = runtime;
    const input: WorkerInput = {
      module,
      initialPages,
      library,
      memoryLimitMb,
      limits,
      signal: this.#signal,
      stdout: this.stdout.shared,
      stderr: this.stderr.shared,
      port: port2,
    };
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
    this.ended = new Promise((resolve) => {
      this.#receive = (message) => {
        if (message.type === 'report') this.onReport(message.json);
        else if (message.type !== 'ready') resolve(message);
      };
      this.#port.on('message', this.#receive);
      this.#worker.on('error', (error: Error & { code?: string }) => {
        resolve({ type: 'lost', code: error.code ?? error.name, message: error.message });
      });
      this.#worker.on('exit', () => {
        this.receivePending();
        resolve({ type: 'lost', code: 'EXIT', message: 'the thread ended' });
      });
    });
    this.ready = new Promise((resolve, reject) => {
      this.#port.on('message', (message: FromWorker) => {
        if (message.type === 'ready') resolve();
      });
      void this.ended.then((end) => reject(new Error(`the interpreter did not start: ${JSON.stringify(end)}`)));
    });
    this.ready.catch(() => undefined);
  }

  /** Size of the interpreter's memory, as of its last call to the host. */
  get memoryBytes(): number {
    return Atomics.load(new Int32Array(this.#signal), signalSlot.memoryBytes);
  }

  /** Gives the interpreter its job, and the line to the interpreter that it talks to. */
  start(job: Job, peer?: PeerLine): void {
    this.#send({ type: 'job', job, ...(peer && { peer }) }, peer && [peer.port]);
  }

  /** Makes the line over which two interpreters talk; each gets its end with its job. */
  static connect(first: Interpreter, second: Interpreter): [PeerLine, PeerLine] {
    const { port1, port2 } = new MessageChannel();
    const [forth, back] = [Mailbox.allocate(), Mailbox.allocate()];
    return [
      { port: port1, outbox: forth, inbox: back, signal: second.#signal },
      { port: port2, outbox: back, inbox: forth, signal: first.#signal },
    ];
  }

  /** Tells an interpreter that the one it talks to has ended. */
  peerGone(reason: string): void {
    this.#send({ type: 'peer-gone', reason });
  }

  /** Takes what the interpreter has sent but the event loop has not yet delivered. */
  receivePending(): void {
    for (;;) {
      const received: { message: FromWorker } | undefined = receiveMessageOnPort(this.#port);
      if (received === undefined) return;
      this.#receive(received.message);
    }
  }

  /** Ends the thread whatever it does and frees its memory. */
  async kill(): Promise<void> {
    await this.#worker.terminate();
    this.#port.close();
  }

  #send(message: ToWorker, transfer: MessagePort[] = []): void {
    this.#port.postMessage(message, transfer);
    const signal = new Int32Array(this.#signal);
    Atomics.add(signal, signalSlot.messages, 1);
    Atomics.notify(signal, signalSlot.messages);
  }
}
