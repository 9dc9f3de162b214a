import type { TestStep } from './connector.js';

/** Does a step of a test and notes what was done once it has worked. */
export type Timed = <T>(did: (result: T) => string, step: () => Promise<T>) => Promise<T>;

/** @param steps where what was done is noted */
export function timedSteps(steps: TestStep[]): Timed {
  return async (did, step) => {
    const startedAtMs = performance.now();
    const result = await step();
    steps.push({ did: did(result), durationMs: Math.round(performance.now() - startedAtMs) });
    return result;
  };
}
