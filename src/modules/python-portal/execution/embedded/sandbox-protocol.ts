import type { ExecutionRequest, ExecutionResult, OutputStreamName } from '../execution.model.js';

/** The messages between the gateway and its sandbox process, and what the process is started with (as JSON, in its argument). */

export interface SandboxProcessOptions {
  maxOutputChars: number;
  maxPrintedBytes: number;
  maxFileBytes: number;
  warmInterpreters: number;
  memoryLimitMb: number;
  isolation: string;
}

export type ToSandbox =
  { type: 'run'; id: number; request: ExecutionRequest; isOutputWanted: boolean } | { type: 'cancel'; id: number };

export type FromSandbox =
  /** Sent once, when a first program has run. */
  | { type: 'ready'; pythonVersion: string }
  /** What a free program has printed since the last of these; only when it was asked for. */
  | { type: 'output'; id: number; stream: OutputStreamName; text: string }
  | { type: 'result'; id: number; result: ExecutionResult }
  /** A failure of the sandbox, not of the program. */
  | { type: 'failure'; id: number; message: string };
