import { createHash } from 'node:crypto';
import { GradeLedger } from '../embedded/grade-ledger.js';
import type { InterpreterEnd } from '../embedded/interpreter.js';
import { judge, judgeFault, type RunEnd, type Verdict } from '../embedded/outcome.policy.js';
import { truncate } from '../embedded/output-buffer.js';
import { parseFault } from '../embedded/program-run.js';
import type {
  ExecutionFault,
  ExecutionOutcome,
  ExecutionRequest,
  ExecutionResult,
  IoCase,
  TestCaseResult,
} from '../execution.model.js';
import type { HarnessJob } from './harness-job.js';
import type { HarnessReport, HarnessRun } from './harness-report.js';

/** Characters of expected and actual output that a result shows. */
const maxShownChars = 2_000;

type Facts = Pick<ExecutionResult, 'outcome' | 'error' | 'output' | 'errors' | 'testCases'> & { isCut: boolean };

/**
 * The result of a run from what the harness reports. The verdict of an input/output case is formed here, by what the program
 * printed; that of a Python test in the harness's own process (see python/supervisor.py and README.md).
 */
export function resultOf(
  request: ExecutionRequest,
  job: HarnessJob,
  report: HarnessReport,
  isolation: string,
): ExecutionResult {
  const facts = request.tests === undefined ? runFacts(job, report) : gradedFacts(request, job, report);
  const cut = (text: string): string => truncate(text, job.outputChars);
  const { outcome, error } = facts;
  return {
    outcome,
    output: cut(facts.output),
    errors: cut(facts.errors),
    ...(error !== undefined && { error: { ...error, traceback: cut(error.traceback) } }),
    truncated: facts.isCut || [facts.output, facts.errors].some((text) => text.length > job.outputChars),
    executionTimeMs: report.runs.reduce((sum, run) => sum + (run?.ms ?? 0), report.graded?.ms ?? 0),
    memoryUsedBytes: report.memory,
    environment: { pythonVersion: report.python, platform: report.platform, isolation },
    testCases: facts.testCases,
  };
}

function runFacts(job: HarnessJob, { runs: [run], memory }: HarnessReport): Facts {
  if (run === null || run === undefined)
    return { ...timedOut(job), output: '', errors: '', testCases: [], isCut: false };
  return { ...programVerdict(job, run, memory), ...printedBy(run), testCases: [] };
}

function gradedFacts({ tests }: ExecutionRequest, job: HarnessJob, report: HarnessReport): Facts {
  const facts: Facts = { outcome: 'ok', output: '', errors: '', isCut: false, testCases: [] };
  if (report.graded !== undefined) Object.assign(facts, testFacts(job, report.graded, report.memory));
  let hiddenCases = facts.testCases.filter(({ visibility }) => visibility === 'hidden').length;
  for (const [index, ioCase] of (tests?.cases ?? []).entries()) {
    const isHidden = ioCase.visibility === 'hidden';
    if (isHidden) hiddenCases += 1;
    const named = { ...ioCase, name: isHidden ? `hidden test ${hiddenCases}` : ioCase.name };
    const run = report.runs[index] ?? undefined;
    const verdict = run === undefined ? timedOut(job) : programVerdict(job, run, report.memory);
    const result = caseResult(named, run, verdict);
    facts.testCases.push(result);
    if (result.status !== 'passed' && facts.outcome === 'ok') facts.outcome = 'tests-failed';
    if (verdict.outcome !== 'ok' && (facts.outcome === 'ok' || facts.outcome === 'tests-failed')) {
      facts.outcome = verdict.outcome;
      // What a hidden case's input did to the program would tell the input.
      if (verdict.error !== undefined && !isHidden) facts.error = verdict.error;
    }
    if (run === undefined || isHidden) continue;
    const { output, errors, isCut } = printedBy(run);
    facts.output += output;
    facts.errors += errors;
    facts.isCut ||= isCut;
  }
  return facts;
}

function testFacts(job: HarnessJob, graded: NonNullable<HarnessReport['graded']>, memory: number): Facts {
  const ledger = new GradeLedger();
  let isCut = false;
  for (const entry of graded.reports) {
    isCut ||= entry['isCut'] === true;
    ledger.record(JSON.stringify(entry));
  }
  const verdict = testsVerdict(job, ledger, graded, memory);
  return {
    ...verdict,
    testCases: ledger.results(verdict.error?.message ?? 'The test did not run to its end.'),
    output: ledger.output,
    errors: ledger.errors,
    isCut,
  };
}

function testsVerdict(
  job: HarnessJob,
  ledger: GradeLedger,
  { way, student }: NonNullable<HarnessReport['graded']>,
  memory: number,
): { outcome: ExecutionOutcome; error?: ExecutionFault } {
  if (way === 'timeout') return timedOut(job);
  if (ledger.invalid !== undefined) return rejected('TestsError', `The tests do not parse. ${ledger.invalid}`);
  if (student !== undefined) {
    const end: InterpreterEnd = student.flood
      ? { type: 'flood' }
      : student.violation
        ? { type: 'violation' }
        : endOf(student.code, student.signal);
    const verdict = judge(runEnd(job, end, undefined, memory));
    if (verdict.outcome !== 'ok') return verdict;
  }
  if (ledger.starterFault !== undefined) return judgeFault(ledger.starterFault, job.memoryMb);
  const cases = ledger.results('');
  if (ledger.isDone && cases.length === 0) {
    return rejected(
      'TestsError',
      'The tests hold no case: neither a function test_…, nor a test method of a class, nor a statement.',
    );
  }
  return { outcome: ledger.isDone && cases.every(({ status }) => status === 'passed') ? 'ok' : 'tests-failed' };
}

export function rejected(name: string, message: string): { outcome: 'rejected'; error: ExecutionFault } {
  return { outcome: 'rejected', error: { name, message, line: null, traceback: '' } };
}

function programVerdict(job: HarnessJob, run: HarnessRun, memory: number): Verdict {
  const fault = run.fault === undefined || run.fault === null ? undefined : parseFault(JSON.stringify(run.fault));
  if (run.way === 'timeout') return timedOut(job);
  const end: InterpreterEnd =
    run.way === 'flood'
      ? { type: 'flood' }
      : run.way === 'lost'
        ? { type: 'lost', code: 'EXIT', message: 'the program was never started' }
        : endOf(run.code, run.signal);
  return judge(runEnd(job, end, run.code === 0 ? undefined : fault, memory));
}

function endOf(code: number | null, signal: number | null): InterpreterEnd {
  return code === null ? { type: 'crash', name: 'Signal', message: `signal ${signal}` } : { type: 'exit', code };
}

function timedOut(job: HarnessJob): Verdict {
  return judge(runEnd(job, 'timeout', undefined, 0));
}

function runEnd(job: HarnessJob, end: RunEnd['end'], fault: RunEnd['fault'], memoryBytes: number): RunEnd {
  const { limitMs: timeoutMs, memoryMb: memoryLimitMb, maxPrinted: maxPrintedBytes } = job;
  return { end, fault, timeoutMs, memoryLimitMb, memoryBytes, maxPrintedBytes };
}

function printedBy({ out, err, isWhole, isCut }: HarnessRun): { output: string; errors: string; isCut: boolean } {
  return { output: out, errors: err, isCut: isCut || !isWhole };
}

function caseResult(
  { name, visibility, stdout }: IoCase,
  run: HarnessRun | undefined,
  { outcome, error }: Verdict,
): TestCaseResult {
  if (run === undefined) {
    return { name, visibility, status: 'error', durationMs: 0, message: 'Not run: the time was used up.' };
  }
  const isEqual = run.isWhole && run.digest === digestOf(stdout);
  const status = outcome !== 'ok' ? 'error' : isEqual ? 'passed' : 'failed';
  const result: TestCaseResult = { name, visibility, status, durationMs: run.ms };
  if (visibility === 'hidden') return result;
  return {
    ...result,
    output: run.out,
    ...(!isEqual && { expected: shown(stdout), actual: shown(run.out) }),
    ...(error !== undefined && { message: `${error.name}: ${error.message}` }),
  };
}

/** As `trimmed` in python/supervisor.py. */
function digestOf(text: string): string {
  const trimmed = text.replace(/[ \t\r\f\v]+(?=\n|$)/g, '').replace(/[ \t\r\f\v\n]+$/, '');
  return createHash('sha256').update(trimmed).digest('hex');
}

function shown(text: string): string {
  return text.length > maxShownChars ? `${text.slice(0, maxShownChars)}…` : text;
}
