import type { ExecutionTests, TestCaseResult } from '../execution/execution.model.js';
import type { Exercise } from '../exercises/exercise.model.js';
import type { RunRequest } from './run.dto.js';

/** A request whose members are there or not: some clients write null for what they leave out. */
export function withoutNulls(request: RunRequest): RunRequest {
  return Object.fromEntries(Object.entries(request).filter(([, value]) => value !== null)) as unknown as RunRequest;
}

/** The catalogue's tests of an exercise in the form that drivers take. */
export function testsOf({ visibleTests, hiddenTests, cases }: Exercise): ExecutionTests {
  return {
    ...(visibleTests !== '' && { visible: visibleTests }),
    ...(hiddenTests !== undefined && { hidden: hiddenTests }),
    ...(cases.length > 0 && {
      cases: cases.map(({ name, stdin, stdout, hidden }) => ({
        name,
        stdin,
        stdout,
        visibility: hidden ? 'hidden' : 'visible',
      })),
    }),
  };
}

/** Percent of the cases that passed, rounded down; 0 when no case was run. */
export function scoreOf(testCases: Pick<TestCaseResult, 'status'>[]): number {
  if (testCases.length === 0) return 0;
  const passed = testCases.filter(({ status }) => status === 'passed').length;
  return Math.floor((100 * passed) / testCases.length);
}
