import { createHash } from 'node:crypto';
import type { ExecutionOutcome, ExecutionRequest } from '../execution/execution.model.js';

/** What did the run, as far as results depend on it. */
export interface RunEnvironment {
  /** Of this service: the grader comes with it. */
  release: string;
  driver: string;
  isolation: string;
  pythonVersion: string;
  maxOutputChars: number;
}

/**
 * How a program ends by its own doing. What the sandbox cut off may have had too little of the machine, what is `rejected` is the
 * tests' fault, and `internal` is ours: none of these says what the next run would do.
 */
const repeatable: ReadonlySet<ExecutionOutcome> = new Set(['ok', 'tests-failed', 'syntax-error', 'runtime-error']);

export const isRepeatable = (outcome: ExecutionOutcome): boolean => repeatable.has(outcome);

/** Names a graded run by everything that its result depends on. The tests are in it, so a new version of an exercise is another run. */
export function digestOf(request: ExecutionRequest, environment: RunEnvironment): string {
  const { code, stdin = '', tests, timeoutMs, memoryLimitMb } = request;
  const { release, driver, isolation, pythonVersion, maxOutputChars } = environment;
  const facts = [
    code,
    stdin,
    tests,
    timeoutMs,
    memoryLimitMb,
    release,
    driver,
    isolation,
    pythonVersion,
    maxOutputChars,
  ];
  return createHash('sha256').update(JSON.stringify(facts)).digest('base64url');
}
