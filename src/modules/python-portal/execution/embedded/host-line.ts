import { Fd, Inode, wasi } from '@bjorn3/browser_wasi_shim';
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { FileSync } from './file-sync.js';
import { Mailbox } from './mailbox.js';
import type { OutputBuffer } from './output-buffer.js';
import {
  type FromWorker,
  type Job,
  type PeerLine,
  type PeerMessage,
  type ToInterpreter,
  signalSlot,
} from './sandbox-messages.js';

/** Largest message between two interpreters, and largest sum of reports, in bytes. */
const maxMessageBytes = 8_000_000;
/** Writes that one message may be made of; an honest interpreter needs one. */
const maxWritesOfMessage = 1_000;
/** Reports that an interpreter may send: a program the fault it ended with, one that is graded nothing. */
const maxReports = { program: 1, student: 0, grader: Infinity };
const letter = { report: 0x52, peer: 0x50, newline: 0x0a };

interface Peer {
  port: MessagePort;
  inbox: Mailbox;
  outbox: Mailbox;
  signal: Int32Array;
}

export interface HostLineOptions {
  port: MessagePort;
  signal: Int32Array;
  stdout: OutputBuffer;
  stderr: OutputBuffer;
  files: FileSync;
  /** Called when the job has arrived, before the interpreter reads it. */
  onJob: (job: Job) => void;
}

/**
 * The worker's end of the line that the interpreter reads and writes (see python/host.py). Reading blocks the thread until the
 * sandbox process or the other interpreter has sent something: this is where a prewarmed interpreter waits for its job.
 *
 * Two interpreters talk strictly in turn. Whoever writes out of turn, or too much, is stopped: no queue can grow.
 */
export class HostLine {
  readonly #options: HostLineOptions;
  #incoming: Uint8Array = new Uint8Array(0);
  #written: Uint8Array[] = [];
  #writtenBytes = 0;
  #reportedBytes = 0;
  #reportsLeft = 0;
  #peer: Peer | undefined;
  #isOurTurn = false;
  #isReady = false;

  constructor(options: HostLineOptions) {
    this.#options = options;
  }

  /** Up to `size` bytes, at least one; waits for them. */
  read(size: number): Uint8Array {
    while (this.#incoming.length === 0) {
      const seen = Atomics.load(this.#options.signal, signalSlot.messages);
      if (!this.#receive()) {
        this.#announce();
        Atomics.wait(this.#options.signal, signalSlot.messages, seen);
      }
    }
    const bytes = this.#incoming.slice(0, size);
    this.#incoming = this.#incoming.subarray(size);
    return bytes;
  }

  write(bytes: Uint8Array): void {
    for (let start = 0; start < bytes.length;) {
      const end = bytes.indexOf(letter.newline, start) + 1 || bytes.length;
      this.#written.push(bytes.slice(start, end));
      this.#writtenBytes += end - start;
      if (this.#writtenBytes > maxMessageBytes || this.#written.length > maxWritesOfMessage) this.stop('violation');
      if (bytes[end - 1] === letter.newline) this.#send();
      start = end;
    }
  }

  /** Tells the sandbox process why this interpreter must not go on, and waits for the end. */
  stop(type: 'flood' | 'violation'): never {
    this.post({ type });
    for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }

  /** Tells the sandbox process something, such as how the interpreter ended. */
  post(message: FromWorker): void {
    this.#options.port.postMessage(message, []);
  }

  /** The interpreter has ended; so does its line to another. */
  end(message: FromWorker): void {
    this.#peer?.port.close();
    this.post(message);
  }

  #announce(): void {
    if (!this.#isReady) this.post({ type: 'ready' });
    this.#isReady = true;
  }

  #send(): void {
    const message = this.#written.length === 1 ? (this.#written[0] as Uint8Array) : Buffer.concat(this.#written);
    this.#written = [];
    this.#writtenBytes = 0;
    if (message[0] === letter.report && this.#reportsLeft > 0) {
      this.#reportsLeft -= 1;
      this.#reportedBytes += message.length;
      if (this.#reportedBytes <= maxMessageBytes)
        this.post({ type: 'report', json: Buffer.from(message.subarray(1)).toString() });
    } else if (message[0] === letter.peer && this.#peer !== undefined && this.#isOurTurn) {
      this.#sendToPeer(this.#peer, message);
    } else {
      this.stop('violation');
    }
  }

  #sendToPeer({ port, outbox, signal }: Peer, line: Uint8Array): void {
    const { stdout, stderr, files } = this.#options;
    const message: PeerMessage = { line, output: [stdout.take(), stderr.take()], files: files.changes() };
    const isPlain = message.output.every((text) => text === '') && message.files.length === 0 && outbox.fits(line);
    if (!isPlain) port.postMessage(message, []);
    this.#isOurTurn = false;
    outbox.put(isPlain ? line : 'on-port');
    Atomics.add(signal, signalSlot.messages, 1);
    Atomics.notify(signal, signalSlot.messages);
  }

  #receive(): boolean {
    const line = this.#peer?.inbox.take();
    if (line === undefined) return this.#receiveFromProcess();
    this.#isOurTurn = true;
    this.#incoming = line === 'on-port' ? this.#receiveOnPort() : line;
    return true;
  }

  #receiveOnPort(): Uint8Array {
    const received: { message: PeerMessage } | undefined = this.#peer && receiveMessageOnPort(this.#peer.port);
    if (received === undefined) throw new Error('the other interpreter announced a message and sent none');
    const { line, output, files } = received.message;
    this.#options.files.apply(files);
    return output.every((text) => text === '') ? line : Buffer.concat([textLine('O', output), line]);
  }

  #receiveFromProcess(): boolean {
    const received: { message: ToInterpreter } | undefined = receiveMessageOnPort(this.#options.port);
    if (received === undefined) return false;
    const { message } = received;
    if (message.type === 'job') {
      this.#peer = message.peer && openLine(message.peer);
      this.#isOurTurn = message.job.role === 'grader';
      this.#reportsLeft = maxReports[message.job.role];
      this.#options.onJob(message.job);
      this.#incoming = textLine('J', message.job);
    } else {
      this.#incoming = textLine('G', message.reason);
    }
    return true;
  }
}

/** The file through which Python opens the line; the name is gone after it was opened for reading and for writing. */
export class HostLineFile extends Inode {
  #opened = 0;

  constructor(
    private readonly line: HostLine,
    private readonly onOpened: () => void,
  ) {
    super();
  }

  path_open(): { ret: number; fd_obj: Fd } {
    this.#opened += 1;
    if (this.#opened === 2) this.onOpened();
    return { ret: wasi.ERRNO_SUCCESS, fd_obj: new OpenHostLine(this.line) };
  }

  stat(): wasi.Filestat {
    return new wasi.Filestat(this.ino, wasi.FILETYPE_CHARACTER_DEVICE, 0n);
  }
}

class OpenHostLine extends Fd {
  constructor(private readonly line: HostLine) {
    super();
  }

  override fd_fdstat_get() {
    return { ret: wasi.ERRNO_SUCCESS, fdstat: new wasi.Fdstat(wasi.FILETYPE_CHARACTER_DEVICE, 0) };
  }

  override fd_filestat_get() {
    return { ret: wasi.ERRNO_SUCCESS, filestat: new wasi.Filestat(0n, wasi.FILETYPE_CHARACTER_DEVICE, 0n) };
  }

  override fd_seek() {
    return { ret: wasi.ERRNO_SPIPE, offset: 0n };
  }

  override fd_read(size: number) {
    return { ret: wasi.ERRNO_SUCCESS, data: this.line.read(size) };
  }

  override fd_write(data: Uint8Array) {
    this.line.write(data);
    return { ret: wasi.ERRNO_SUCCESS, nwritten: data.length };
  }
}

function openLine({ port, inbox, outbox, signal }: PeerLine): Peer {
  return { port, inbox: new Mailbox(inbox), outbox: new Mailbox(outbox), signal: new Int32Array(signal) };
}

/** JSON in ASCII, so that the interpreter can read it before it has imported any codec. */
function textLine(kind: string, value: unknown): Uint8Array {
  const json = JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return Buffer.from(`${kind}${json}\n`, 'latin1');
}
