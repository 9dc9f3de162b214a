import type { ExecutionFault, ExecutionOutcome } from '../execution.model.js';
import type { InterpreterEnd } from './interpreter.js';

/** How a run ended, as the sandbox process saw it. */
export interface RunEnd {
  end: InterpreterEnd | 'timeout';
  /** What the program's last exception was, as the interpreter reported it. */
  fault: ReportedFault | undefined;
  timeoutMs: number;
  memoryLimitMb: number;
  memoryBytes: number;
  maxPrintedBytes: number;
}

export interface ReportedFault extends ExecutionFault {
  phase: 'syntax' | 'runtime';
}

export interface Verdict {
  outcome: Extract<
    ExecutionOutcome,
    'ok' | 'syntax-error' | 'runtime-error' | 'timeout' | 'memory-limit' | 'output-limit' | 'internal'
  >;
  error?: ExecutionFault;
}

/** Traps of an interpreter whose stack is used up: its own (in its memory) or that of the thread. */
const stackTraps = ['memory access out of bounds', 'Maximum call stack size exceeded'];

/** Memory that an interpreter could not get any more does not show: it is near the limit when this little is left. */
const nearLimitBytes = 2 * 1_048_576;

/** Names what became of a program. */
export function judge(run: RunEnd): Verdict {
  const { end, fault } = run;
  if (end === 'timeout') return failed('timeout', 'TimeoutError', `The program ran longer than ${run.timeoutMs} ms.`);
  switch (end.type) {
    case 'flood':
      return failed('output-limit', 'OutputLimit', `The program printed more than ${run.maxPrintedBytes} bytes.`);
    case 'lost':
      return end.code === 'ERR_WORKER_OUT_OF_MEMORY'
        ? failed('memory-limit', 'MemoryError', 'The program used too much memory for its files.')
        : failed('internal', 'SandboxError', 'The sandbox failed. The run does not count; try it again.');
    case 'violation':
      return failed(
        'runtime-error',
        'SandboxError',
        'The program disturbed the sandbox, or returned more than 8 MB to a test.',
      );
    case 'crash':
      return judgeCrash(end.message, run);
    case 'exit':
      return fault === undefined ? judgeExit(end.code) : judgeFault(fault, run.memoryLimitMb);
  }
}

function judgeCrash(message: string, run: RunEnd): Verdict {
  if (stackTraps.some((trap) => message.includes(trap))) {
    return failed(
      'runtime-error',
      'RecursionError',
      "The program recursed so deeply that the interpreter's stack was used up.",
    );
  }
  if (run.memoryBytes > run.memoryLimitMb * 1_048_576 - nearLimitBytes) return memoryLimit(run);
  return failed('runtime-error', 'FatalError', 'The program made the interpreter abort.');
}

function judgeExit(code: number): Verdict {
  return code === 0
    ? { outcome: 'ok' }
    : failed('runtime-error', 'SystemExit', `The program ended itself with exit code ${code}.`);
}

/** Names what became of a program that ended with an exception. */
export function judgeFault({ phase, ...error }: ReportedFault, memoryLimitMb: number): Verdict {
  if (phase === 'syntax') return { outcome: 'syntax-error', error };
  if (error.name !== 'MemoryError') return { outcome: 'runtime-error', error };
  return { outcome: 'memory-limit', error: { ...error, message: error.message || limitText(memoryLimitMb) } };
}

function memoryLimit(run: RunEnd): Verdict {
  return failed('memory-limit', 'MemoryError', limitText(run.memoryLimitMb));
}

function limitText(memoryLimitMb: number): string {
  return `The program needs more than ${memoryLimitMb} MB of memory.`;
}

function failed(outcome: Verdict['outcome'], name: string, message: string): Verdict {
  return { outcome, error: { name, message, line: null, traceback: '' } };
}
