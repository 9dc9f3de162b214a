import type { ExecutionFault, ExecutionOutcome, ExecutionTests, TestCaseResult } from '../execution.model.js';
import { GradeLedger } from './grade-ledger.js';
import { Interpreter, type InterpreterEnd } from './interpreter.js';
import { judge, judgeFault, type RunEnd } from './outcome.policy.js';
import type { Sandbox } from './program-run.js';
import type { TimeBudget } from './time-budget.js';

export interface GradedResult {
  outcome: ExecutionOutcome;
  error?: ExecutionFault;
  testCases: TestCaseResult[];
  output: string;
  errors: string;
  isCut: boolean;
  memoryBytes: number;
}

/**
 * Runs Python tests against the student's code, each in an interpreter of its own: the student's holds nothing of the tests, the
 * tests' runs nothing of the student. They talk over a channel as questions and answers (python/bridge.py).
 *
 * Withstood: whatever the program does in its interpreter, because the verdict is formed in the other one from plain data. It
 * cannot read the tests, report a case, end the run as passed, or answer with an object that calls itself equal to the expected
 * value. Not withstood, since no grader can: a program that guesses from the arguments which test is asking, special methods of a
 * class that the tests name (`Vector.__eq__` that always says True), so tests of classes should also compare attributes, and a
 * program that tells by the time or memory it takes what a hidden test has passed to it.
 * What a test sees of the student's output and input passes through the same channel. Cases with stdin and stdout need no trust
 * in any of this.
 */
export async function runGraded(
  { pool, limits }: Sandbox,
  request: { code: string; stdin: string; memoryLimitMb: number; tests: ExecutionTests },
  budget: TimeBudget,
): Promise<GradedResult> {
  const { code, stdin, memoryLimitMb } = request;
  const { visible, hidden } = request.tests;
  const taken = await Promise.allSettled([pool.take(), pool.take(memoryLimitMb)]);
  const interpreters = taken.flatMap((take) => (take.status === 'fulfilled' ? [take.value] : []));
  try {
    const [grader, student] = interpreters;
    if (grader === undefined || student === undefined) throw new Error('interpreters do not start');
    const ledger = new GradeLedger();
    grader.onReport = (json) => ledger.record(json);
    let studentEnd: InterpreterEnd | undefined;
    const takeUnsent = () => {
      grader.receivePending();
      ledger.addUnsent(student.stdout.take(), student.stderr.take());
    };
    const watchStudent = async () => {
      studentEnd = await student.ended;
      takeUnsent();
      grader.peerGone(describe(studentEnd));
    };
    void watchStudent();
    const [studentLine, graderLine] = Interpreter.connect(student, grader);
    student.start({ role: 'student', code, stdin: '' }, studentLine);
    grader.start({ role: 'grader', code, stdin, visible, hidden }, graderLine);
    const graderEnd = await budget.spend(grader.ended);
    const end = studentEnd;
    await Promise.all([pool.release(grader), pool.release(student)]);
    takeUnsent();
    const { memoryBytes } = student;
    const verdict = verdictOf(ledger, graderEnd, {
      end,
      fault: undefined,
      memoryBytes,
      memoryLimitMb,
      timeoutMs: budget.limitMs,
      maxPrintedBytes: limits.maxPrintedBytes,
    });
    return {
      ...verdict,
      testCases: ledger.results(verdict.error?.message ?? 'The test did not run to its end.'),
      output: ledger.output,
      errors: ledger.errors,
      isCut: student.stdout.isCut || student.stderr.isCut,
      memoryBytes: Math.max(grader.memoryBytes, memoryBytes),
    };
  } finally {
    await Promise.all(interpreters.map((interpreter) => pool.release(interpreter)));
  }
}

type Verdict = Pick<GradedResult, 'outcome' | 'error'>;

/** @param student how the student's interpreter ended, if it ended before the tests did */
function verdictOf(
  ledger: GradeLedger,
  graderEnd: InterpreterEnd | 'timeout',
  student: Omit<RunEnd, 'end'> & { end: InterpreterEnd | undefined },
): Verdict {
  if (graderEnd === 'timeout') return judge({ ...student, end: graderEnd });
  if (ledger.invalid !== undefined) return rejected(`The tests do not parse. ${ledger.invalid}`);
  if (student.end !== undefined) {
    const verdict = judge({ ...student, end: student.end });
    if (verdict.outcome !== 'ok') return ledger.isInHidden ? withoutExitCode(verdict) : verdict;
  }
  if (ledger.starterFault !== undefined) return judgeFault(ledger.starterFault, student.memoryLimitMb);
  if (!ledger.isDone && graderEnd.type === 'lost') return judge({ ...student, end: graderEnd });
  const cases = ledger.results('');
  if (cases.length === 0) {
    return rejected(
      ledger.isDone
        ? 'The tests hold no case: neither a function test_…, nor a test method of a class, nor a statement.'
        : 'The tests made the interpreter end.',
    );
  }
  const isPassed = ledger.isDone && cases.every(({ status }) => status === 'passed');
  return { outcome: isPassed ? 'ok' : 'tests-failed' };
}

/** The program chooses its exit code, and knows what a hidden test has passed to it. */
function withoutExitCode({ outcome, error }: Verdict): Verdict {
  if (error?.name !== 'SystemExit') return { outcome, ...(error && { error }) };
  return { outcome, error: { ...error, message: 'The program ended itself in a hidden test.' } };
}

export function rejected(message: string): Verdict {
  return { outcome: 'rejected', error: { name: 'TestsError', message, line: null, traceback: '' } };
}

function describe(end: InterpreterEnd): string {
  switch (end.type) {
    case 'exit':
      return `exit code ${end.code}`;
    case 'flood':
      return 'it printed too much';
    case 'violation':
      return 'it disturbed the sandbox, or returned more than 8 MB';
    case 'crash':
    case 'lost':
      return 'it crashed';
  }
}
