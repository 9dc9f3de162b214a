import { MessageChannel } from 'node:worker_threads';
import type { InterpreterThread, ThreadDeath } from './interpreter-thread.js';
import { Mailbox } from './mailbox.js';
import { OutputBuffer } from './output-buffer.js';
import type { FromWorker, Job, Limits, PeerLine } from './sandbox-messages.js';

/** How an interpreter ended by itself. `lost`: its thread died. */
export type InterpreterEnd =
  Extract<FromWorker, { type: 'exit' | 'crash' | 'flood' | 'violation' }> | ({ type: 'lost' } & ThreadDeath);

/** One interpreter, for one job. */
export class Interpreter {
  /** Resolves when the interpreter waits for its job; rejects when it ends before. */
  readonly ready: Promise<void>;
  readonly ended: Promise<InterpreterEnd>;
  /** Receives what the interpreter reports, as JSON text; set it before `start`. */
  onReport: (json: string) => void = () => undefined;
  readonly stdout: OutputBuffer;
  readonly stderr: OutputBuffer;
  readonly #thread: InterpreterThread;
  #end: InterpreterEnd | undefined;
  #finish: (end: InterpreterEnd) => void = () => undefined;
  /** Set when the interpreter has left its thread. */
  #lastMemoryBytes: number | undefined;
  #leaving: Promise<void> | undefined;

  /** @param onFree gets the thread back when it can host another interpreter */
  constructor(
    thread: InterpreterThread,
    limits: Limits,
    private readonly onFree: (thread: InterpreterThread) => Promise<void>,
  ) {
    this.#thread = thread;
    this.stdout = OutputBuffer.withCapacity(limits.maxOutputBytes);
    this.stderr = OutputBuffer.withCapacity(limits.maxOutputBytes);
    this.ended = new Promise((resolve) => {
      this.#finish = (end) => {
        this.#end ??= end;
        resolve(end);
      };
    });
    this.ready = new Promise((resolve, reject) => {
      thread.onMessage = (message) => {
        if (message.type === 'report') this.onReport(message.json);
        else if (message.type === 'ready') resolve();
        else this.#finish(message);
      };
      void this.ended.then((end) => reject(new Error(`the interpreter did not start: ${JSON.stringify(end)}`)));
    });
    this.ready.catch(() => undefined);
    thread.onDeath = (death) => this.#finish({ type: 'lost', ...death });
    thread.send({ type: 'host', limits, stdout: this.stdout.shared, stderr: this.stderr.shared });
  }

  /** Size of the interpreter's memory, as of its last call to the host. */
  get memoryBytes(): number {
    return this.#lastMemoryBytes ?? this.#thread.memoryBytes;
  }

  /** Gives the interpreter its job, and the line to the interpreter that it talks to. */
  start(job: Job, peer?: PeerLine): void {
    this.#thread.send({ type: 'job', job, ...(peer && { peer }) }, peer && [peer.port]);
  }

  /** Makes the line over which two interpreters talk; each gets its end with its job. */
  static connect(first: Interpreter, second: Interpreter): [PeerLine, PeerLine] {
    const { port1, port2 } = new MessageChannel();
    const [forth, back] = [Mailbox.allocate(), Mailbox.allocate()];
    return [
      { port: port1, outbox: forth, inbox: back, signal: second.#thread.signal },
      { port: port2, outbox: back, inbox: forth, signal: first.#thread.signal },
    ];
  }

  /** Tells an interpreter that the one it talks to has ended. */
  peerGone(reason: string): void {
    if (this.#end === undefined) this.#thread.send({ type: 'peer-gone', reason });
  }

  /** Takes what the interpreter has sent but the event loop has not yet delivered. */
  receivePending(): void {
    if (this.#leaving === undefined) this.#thread.receivePending();
  }

  /** Ends the interpreter whatever it does, and its thread with it unless the interpreter has ended by itself. */
  leave(): Promise<void> {
    this.#leaving ??= this.#leave();
    return this.#leaving;
  }

  async #leave(): Promise<void> {
    this.#lastMemoryBytes = this.#thread.memoryBytes;
    if (this.#end?.type === 'exit' && this.#thread.canHostAnother) {
      await this.onFree(this.#thread);
    } else {
      await this.#thread.terminate();
      this.#lastMemoryBytes = this.#thread.memoryBytes;
    }
  }
}
