import {
  type ExecutionRequest,
  type ExecutionResult,
  type OutputListener,
  type TestCaseResult,
} from '../execution.model.js';
import { rejected, runGraded } from './graded-run.js';
import { runIoCase } from './io-case-run.js';
import type { LiveOutput } from './output-tail.js';
import { truncate } from './output-buffer.js';
import { type Sandbox, runProgram } from './program-run.js';
import { TimeBudget } from './time-budget.js';

export interface SandboxOptions {
  maxOutputChars: number;
  pythonVersion: string;
  isolation: string;
}

type Facts = Pick<ExecutionResult, 'outcome' | 'error' | 'output' | 'errors' | 'testCases'> & {
  isCut: boolean;
  memoryBytes: number;
};

/**
 * Does everything that one request asks for: the program, or the Python tests and then each input/output case.
 *
 * @param onOutput hears what a free program prints while it runs; nothing is told of graded runs
 * @throws the signal's reason when the caller has gone away
 */
export async function execute(
  sandbox: Sandbox,
  request: ExecutionRequest,
  options: SandboxOptions,
  signal: AbortSignal,
  onOutput?: OutputListener,
): Promise<ExecutionResult> {
  const budget = new TimeBudget(request.timeoutMs, signal);
  // As from a file: half a surrogate pair, which JSON can carry, becomes U+FFFD, and a byte order mark is no part of the text.
  const code = new TextDecoder().decode(Buffer.from(request.code));
  const live = onOutput && { onOutput, maxChars: options.maxOutputChars };
  const facts = await (request.tests === undefined
    ? run(sandbox, { ...request, code }, budget, live)
    : grade(sandbox, { ...request, code }, budget));
  const output = truncate(facts.output, options.maxOutputChars);
  const errors = truncate(facts.errors, options.maxOutputChars);
  return {
    outcome: facts.outcome,
    output,
    errors,
    ...(facts.error && {
      error: { ...facts.error, traceback: truncate(facts.error.traceback, options.maxOutputChars) },
    }),
    truncated: facts.isCut || output.length < facts.output.length || errors.length < facts.errors.length,
    executionTimeMs: Math.round(budget.usedMs * 1000) / 1000,
    memoryUsedBytes: facts.memoryBytes,
    environment: { pythonVersion: options.pythonVersion, platform: 'wasm32-wasi', isolation: options.isolation },
    testCases: facts.testCases.map((result) => shownCase(result, options)),
  };
}

/** A hidden case says pass or fail: whether it failed or could not be finished would tell of its inside. */
function shownCase(result: TestCaseResult, { maxOutputChars }: SandboxOptions): TestCaseResult {
  if (result.visibility === 'hidden') {
    const { name, visibility, durationMs } = result;
    return { name, visibility, durationMs, status: result.status === 'passed' ? 'passed' : 'failed' };
  }
  return { ...result, ...(result.output !== undefined && { output: truncate(result.output, maxOutputChars) }) };
}

async function run(sandbox: Sandbox, request: ExecutionRequest, budget: TimeBudget, live?: LiveOutput): Promise<Facts> {
  const { code, stdin = '', memoryLimitMb } = request;
  return { ...(await runProgram(sandbox, { code, stdin, memoryLimitMb }, budget, live)), testCases: [] };
}

async function grade(sandbox: Sandbox, request: ExecutionRequest, budget: TimeBudget): Promise<Facts> {
  const { code, stdin = '', memoryLimitMb, tests = {} } = request;
  const facts: Facts = { outcome: 'ok', output: '', errors: '', isCut: false, memoryBytes: 0, testCases: [] };
  if (tests.visible !== undefined || tests.hidden !== undefined) {
    Object.assign(facts, await runGraded(sandbox, { code, stdin, memoryLimitMb, tests }, budget));
  }
  let hiddenCases = facts.testCases.filter(({ visibility }) => visibility === 'hidden').length;
  for (const ioCase of tests.cases ?? []) {
    if (ioCase.visibility === 'hidden') hiddenCases += 1;
    const name = ioCase.visibility === 'hidden' ? `hidden test ${hiddenCases}` : ioCase.name;
    if (budget.isUsedUp) {
      facts.testCases.push(notRun(name, ioCase.visibility));
      continue;
    }
    const { result, program } = await runIoCase(sandbox, { code, memoryLimitMb }, { ...ioCase, name }, budget);
    facts.testCases.push(result);
    facts.memoryBytes = Math.max(facts.memoryBytes, program.memoryBytes);
    facts.isCut ||= program.isCut;
    if (result.status !== 'passed' && facts.outcome === 'ok') facts.outcome = 'tests-failed';
    if (program.outcome !== 'ok' && (facts.outcome === 'ok' || facts.outcome === 'tests-failed')) {
      facts.outcome = program.outcome;
      // What a hidden case's input did to the program would tell the input.
      if (program.error !== undefined && ioCase.visibility === 'visible') facts.error = program.error;
    }
    if (ioCase.visibility === 'visible') {
      facts.output += program.output;
      facts.errors += program.errors;
    }
  }
  // Nothing was tested, so nothing has passed.
  if (facts.testCases.length === 0 && facts.outcome === 'ok') return { ...facts, ...rejected('There are no tests.') };
  return facts;
}

function notRun(name: string, visibility: TestCaseResult['visibility']): TestCaseResult {
  return { name, visibility, status: 'error', durationMs: 0, message: 'Not run: the time was used up.' };
}
