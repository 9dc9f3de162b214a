import type { IoCase, TestCaseResult } from '../execution.model.js';
import { type ProgramResult, type Sandbox, runProgram } from './program-run.js';
import type { TimeBudget } from './time-budget.js';

/** Characters of expected and actual output that a result shows. */
const maxShownChars = 2_000;

export interface IoCaseRun {
  result: TestCaseResult;
  program: ProgramResult;
}

/** Runs the program with the input of a case, and compares what it printed: here, outside of the interpreter. */
export async function runIoCase(
  sandbox: Sandbox,
  program: { code: string; memoryLimitMb: number },
  { name, stdin, stdout, visibility }: IoCase,
  budget: TimeBudget,
): Promise<IoCaseRun> {
  const usedBeforeMs = budget.usedMs;
  const ran = await runProgram(sandbox, { ...program, stdin }, budget);
  const isEqual = !ran.isCut && trimmed(ran.output) === trimmed(stdout);
  const result: TestCaseResult = {
    name,
    visibility,
    durationMs: budget.usedMs - usedBeforeMs,
    status: ran.outcome !== 'ok' ? 'error' : isEqual ? 'passed' : 'failed',
  };
  if (visibility === 'hidden') return { result, program: ran };
  const compared = isEqual ? {} : { expected: shown(stdout), actual: shown(ran.output) };
  const message = ran.error && { message: `${ran.error.name}: ${ran.error.message}` };
  return { result: { ...result, output: ran.output, ...compared, ...message }, program: ran };
}

/** White space at the end of lines and of the text does not count. */
function trimmed(text: string): string {
  // No regular expression: on a long run of blanks inside a line it would take the square of its length.
  const lines = text.split('\n').map((line) => line.trimEnd());
  return lines.join('\n').trimEnd();
}

function shown(text: string): string {
  return text.length > maxShownChars ? `${text.slice(0, maxShownChars)}…` : text;
}
