import type { ExecutionTests } from '../execution/execution.model.js';
import type { Exercise } from '../exercises/exercise.model.js';

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
