import type { InterpreterPool } from './interpreter-pool.js';
import { truncate } from './output-buffer.js';
import { type ReportedFault, type Verdict, judge } from './outcome.policy.js';
import { type LiveOutput, tellOutput } from './output-tail.js';
import type { Limits } from './sandbox-messages.js';
import type { TimeBudget } from './time-budget.js';

export interface ProgramResult extends Verdict {
  output: string;
  errors: string;
  isCut: boolean;
  memoryBytes: number;
}

export interface Sandbox {
  pool: InterpreterPool;
  limits: Limits;
}

/** Runs code as a program in an interpreter of its own. */
export async function runProgram(
  { pool, limits }: Sandbox,
  { code, stdin, memoryLimitMb }: { code: string; stdin: string; memoryLimitMb: number },
  budget: TimeBudget,
  live?: LiveOutput,
): Promise<ProgramResult> {
  const interpreter = await pool.take(memoryLimitMb);
  try {
    let fault: ReportedFault | undefined;
    interpreter.onReport = (json) => {
      fault ??= parseFault(json);
    };
    interpreter.start({ role: 'program', code, stdin });
    const stopTelling = live && tellOutput(interpreter, live);
    const end = await budget.spend(interpreter.ended).finally(() => stopTelling?.());
    await pool.release(interpreter);
    const { memoryBytes, stdout, stderr } = interpreter;
    return {
      ...judge({
        end,
        fault,
        memoryBytes,
        memoryLimitMb,
        timeoutMs: budget.limitMs,
        maxPrintedBytes: limits.maxPrintedBytes,
      }),
      output: stdout.text(),
      errors: stderr.text(),
      isCut: stdout.isCut || stderr.isCut,
      memoryBytes,
    };
  } finally {
    await pool.release(interpreter);
  }
}

/** Characters kept of what an exception is called and says. */
const maxFaultChars = { name: 200, message: 5_000 };

/** Reports of a program come from the interpreter that the student rules: any shape and size is possible. Never throws. */
export function parseFault(json: string): ReportedFault | undefined {
  let value: Partial<ReportedFault> | null;
  try {
    value = JSON.parse(json) as Partial<ReportedFault> | null;
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { phase, name, message, line, traceback } = value;
  return {
    phase: phase === 'syntax' ? 'syntax' : 'runtime',
    name: textOf(name, maxFaultChars.name),
    message: textOf(message, maxFaultChars.message),
    line: Number.isSafeInteger(line) ? (line as number) : null,
    traceback: textOf(traceback, Infinity),
  };
}

function textOf(value: unknown, maxChars: number): string {
  return typeof value === 'string' ? truncate(value, maxChars) : '';
}
