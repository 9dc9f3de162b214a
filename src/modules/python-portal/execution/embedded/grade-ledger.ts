import type { TestCaseResult, Visibility } from '../execution.model.js';
import type { ReportedFault } from './outcome.policy.js';
import { parseFault } from './program-run.js';

type CaseId = [visibility: Visibility, name: string];

/** What the grading interpreter reports (python/grader.py), one member at a time. */
interface GraderReport {
  plan?: CaseId[];
  invalid?: string;
  begin?: CaseId;
  case?: CaseId;
  status?: TestCaseResult['status'];
  ms?: number;
  message?: string | null;
  expected?: string;
  actual?: string;
  output?: string;
  errors?: string;
  /** The tests of this visibility follow. */
  file?: Visibility;
  starter?: unknown;
  /** Whether the program could know something of the tests when it failed. */
  secret?: boolean;
  done?: boolean;
}

/**
 * Collects the results of a graded run. It begins as a list of all cases of the tests, none of them passed, and only a case's own
 * report can change that: whatever ends a run early, no case is missing and none passes by silence.
 */
export class GradeLedger {
  readonly #cases = new Map<string, TestCaseResult>();
  /** What was printed during the run, except by hidden cases. */
  output = '';
  errors = '';
  /** Why the tests cannot be run, when they do not parse. */
  invalid: string | undefined;
  /** Why `import starter` failed. */
  starterFault: ReportedFault | undefined;
  isDone = false;
  #running: Visibility = 'visible';

  /** Whether the last case that began is a hidden one. */
  get isInHidden(): boolean {
    return this.#running === 'hidden';
  }

  record(json: string): void {
    const report = JSON.parse(json) as GraderReport;
    if (report.plan !== undefined) for (const id of report.plan) this.#add(id);
    else if (report.case !== undefined) this.#end(report.case, report);
    else if (report.begin !== undefined) this.#running = report.begin[0];
    else if (report.output !== undefined) this.#addPrinted(report.output, report.errors);
    else if (report.file !== undefined) this.#running = report.file;
    else if (report.starter !== undefined) this.#noteStarter(report);
    this.invalid ??= report.invalid;
    this.isDone ||= report.done === true;
  }

  /** Takes what the student's program had printed when it was ended; of a hidden case that stays hidden. */
  addUnsent(output: string, errors: string): void {
    if (!this.isInHidden) this.#addPrinted(output, errors);
  }

  /** All cases in the order of the tests. Those that did not end say why. */
  results(reason: string): TestCaseResult[] {
    return [...this.#cases.values()].map((result) =>
      result.status === 'error' && result.message === undefined && result.visibility === 'visible'
        ? { ...result, message: reason }
        : result,
    );
  }

  /** What a hidden test's input did to the program would tell the input; a syntax error knows no input. */
  #noteStarter({ starter, secret = true }: GraderReport): void {
    const fault = parseFault(JSON.stringify(starter));
    if (secret && this.isInHidden && fault?.phase !== 'syntax') return;
    this.starterFault = fault;
  }

  #add([visibility, name]: CaseId): void {
    const number = [...this.#cases.values()].filter((result) => result.visibility === visibility).length + 1;
    this.#cases.set(key(visibility, name), {
      name: visibility === 'visible' ? name : `hidden test ${number}`,
      status: 'error',
      visibility,
      durationMs: 0,
    });
  }

  #addPrinted(output = '', errors = ''): void {
    this.output += output;
    this.errors += errors;
  }

  #end([visibility, name]: CaseId, report: GraderReport): void {
    const result = this.#cases.get(key(visibility, name));
    if (result === undefined) return;
    result.status = report.status ?? 'error';
    result.durationMs = report.ms ?? 0;
    if (visibility === 'hidden') return;
    this.#addPrinted(report.output, report.errors);
    for (const member of ['message', 'expected', 'actual', 'output'] as const) {
      if (report[member]) result[member] = report[member];
    }
  }
}

function key(visibility: Visibility, name: string): string {
  return `${visibility}:${name}`;
}
