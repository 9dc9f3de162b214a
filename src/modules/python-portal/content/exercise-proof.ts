import type { ExecutionRequest, ExecutionResult } from '../execution/execution.model.js';
import type { Exercise } from '../exercises/exercise.model.js';
import { testsOf } from '../runs/run.policy.js';

/** Time and memory of one run; what students get when they ask for nothing. */
const limits = { timeoutMs: 10_000, memoryLimitMb: 128 };

/**
 * Runs an exercise's solution and its starter against its tests: the solution has to pass every one, the starter must not pass.
 *
 * @param run a driver's run
 * @returns one line a problem
 */
export async function proveExercise(
  exercise: Exercise,
  run: (request: ExecutionRequest) => Promise<ExecutionResult>,
): Promise<string[]> {
  const tests = testsOf(exercise);
  const solution = await run({ code: exercise.solutionCode, tests, ...limits });
  if (solution.outcome !== 'ok') return describeFailure(solution).map((reason) => `${exercise.id}: ${reason}`);
  const starter = await run({ code: exercise.starterCode, tests, ...limits });
  switch (starter.outcome) {
    case 'ok':
      return [`${exercise.id}: starter.py passes all tests; take the answer out of it, or test more`];
    case 'internal':
    case 'rejected':
      return [`${exercise.id}: starter.py could not be tested: ${starter.error?.message}`];
    default:
      return [];
  }
}

function describeFailure({ outcome, error, testCases }: ExecutionResult): string[] {
  const failed = testCases.filter(({ status }) => status !== 'passed');
  const reason = error === undefined ? '' : `, ${error.name}: ${error.message} (line ${error.line ?? 'unknown'})`;
  if (failed.length === 0) return [`solution.py does not pass: ${outcome}${reason}`];
  return failed.map(
    ({ name, message = '' }) =>
      `solution.py does not pass "${name}": ${outcome}${reason || `, ${message || 'hidden'}`}`,
  );
}
