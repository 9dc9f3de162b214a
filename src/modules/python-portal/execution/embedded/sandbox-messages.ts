import type { MessagePort } from 'node:worker_threads';
import type { FileChange } from './file-sync.js';

/** The messages between the sandbox process and its interpreters, and between two interpreters. */

export interface Limits {
  maxOutputBytes: number;
  maxPrintedBytes: number;
  maxFileBytes: number;
}

/** What a worker thread is started with. */
export interface ThreadInput {
  module: WebAssembly.Module;
  initialPages: number;
  memoryLimitMb: number;
  library: SharedLibrary;
  /** [number of messages sent to the worker, size of its interpreter's memory in bytes, without the stack]; the worker waits on the first. */
  signal: SharedArrayBuffer;
  port: MessagePort;
}

/** Asks a thread for its next interpreter. */
export interface HostRequest {
  type: 'host';
  limits: Limits;
  stdout: SharedArrayBuffer;
  stderr: SharedArrayBuffer;
}

/** Files in one block of memory that all threads share. */
export interface SharedLibrary {
  bytes: SharedArrayBuffer;
  files: { path: string; start: number; end: number }[];
}

export type InterpreterRole = 'program' | 'student' | 'grader';

/** The one job of an interpreter. */
export interface Job {
  role: InterpreterRole;
  code: string;
  stdin: string;
  visible?: string | undefined;
  hidden?: string | undefined;
}

/** One end of the line between two interpreters. */
export interface PeerLine {
  /** For what does not fit into the mailboxes. */
  port: MessagePort;
  inbox: SharedArrayBuffer;
  outbox: SharedArrayBuffer;
  /** The `signal` of the other worker. */
  signal: SharedArrayBuffer;
}

export type ToInterpreter = { type: 'job'; job: Job; peer?: PeerLine } | { type: 'peer-gone'; reason: string };

export type ToWorker = HostRequest | ToInterpreter;

export type FromWorker =
  | { type: 'ready' }
  | { type: 'report'; json: string }
  | { type: 'exit'; code: number }
  | { type: 'crash'; name: string; message: string }
  /** The program printed more than `maxPrintedBytes`; it is stopped at that point. */
  | { type: 'flood' }
  /** The program wrote to the line between the interpreters what no honest interpreter writes; it is stopped. */
  | { type: 'violation' };

/** From one interpreter to the other. */
export interface PeerMessage {
  line: Uint8Array;
  /** What was printed since the last message, stdout and stderr. */
  output: [string, string];
  files: FileChange[];
}

export const signalSlot = { messages: 0, memoryBytes: 1 };
