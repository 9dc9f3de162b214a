/** What a run of student code is asked for and what becomes of it; every driver maps to this. */

/** What the code did. HTTP tells whether the service worked, the outcome tells how the program fared. */
export type ExecutionOutcome =
  | 'ok'
  | 'tests-failed'
  | 'syntax-error'
  | 'runtime-error'
  | 'timeout'
  | 'memory-limit'
  | 'output-limit'
  /** The tests cannot be run: they do not parse or hold no case. Or the service that runs code refuses the program. */
  | 'rejected'
  /** Our fault: never cached, never counted as an attempt. */
  | 'internal';

export type Visibility = 'visible' | 'hidden';

/** One input and the output that belongs to it, compared outside of the interpreter; trailing white space does not count. */
export interface IoCase {
  name: string;
  stdin: string;
  stdout: string;
  visibility: Visibility;
}

export interface ExecutionTests {
  /** Python that does `import starter`: `test_…` functions, unittest classes, or a script of assertions. */
  visible?: string;
  /** The same, of which the student learns only whether each case passed. */
  hidden?: string;
  cases?: IoCase[];
}

export interface ExecutionRequest {
  code: string;
  stdin?: string;
  tests?: ExecutionTests;
  /** Wall-clock time for everything that is run for this request. */
  timeoutMs: number;
  memoryLimitMb: number;
}

export type OutputStreamName = 'stdout' | 'stderr';

/** Takes what a program prints while it runs, in pieces; all of one stream together begin the result's `output` or `errors`. */
export type OutputListener = (stream: OutputStreamName, text: string) => void;

export interface ExecutionFault {
  /** The Python class of the exception, such as `ZeroDivisionError`. */
  name: string;
  message: string;
  /** Line in the student's file. */
  line: number | null;
  /** As Python prints it, with the student's frames only. */
  traceback: string;
}

export interface TestCaseResult {
  name: string;
  status: 'passed' | 'failed' | 'error';
  visibility: Visibility;
  durationMs: number;
  message?: string;
  expected?: string;
  actual?: string;
  output?: string;
}

export interface ExecutionEnvironment {
  pythonVersion: string;
  platform: string;
  /** What separates the code from this machine, see the driver. */
  isolation: string;
  /** False where nothing is known to confine the code but the process that it is. Default true. */
  containerized?: boolean;
}

export interface ExecutionResult {
  outcome: ExecutionOutcome;
  /** What the program printed; kept whatever the outcome. */
  output: string;
  errors: string;
  error?: ExecutionFault;
  /** Whether output or errors were longer than what is kept. */
  truncated: boolean;
  /** Wall-clock time of the student's code, without waiting and warming up. */
  executionTimeMs: number;
  /** Size of the interpreter's memory, the largest of the run's interpreters. */
  memoryUsedBytes: number;
  environment: ExecutionEnvironment;
  /** In the order of the tests; empty when no tests were asked for. */
  testCases: TestCaseResult[];
}
