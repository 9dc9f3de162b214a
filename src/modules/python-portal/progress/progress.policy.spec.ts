import fc from 'fast-check';
import { addRun, type GradedRun, type ProgressState } from './progress.policy.js';

const runs = fc.array(
  fc.record<GradedRun>({
    hasPassed: fc.boolean(),
    code: fc.string({ maxLength: 3 }),
    executionTimeMs: fc.integer({ min: 1, max: 5 }),
    ranAt: fc.date({ min: new Date(0), max: new Date(10), noInvalidDate: true }),
  }),
  { minLength: 1, maxLength: 8 },
);

const stateAfter = (list: GradedRun[]) => list.reduce<ProgressState | null>((state, run) => addRun(state, run), null);

describe('addRun', () => {
  it('gives the same state in whatever order runs arrive', () => {
    fc.assert(
      fc.property(
        runs.chain((list) =>
          fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length })),
        ),
        ([list, shuffled]) => expect(stateAfter(shuffled)).toEqual(stateAfter(list)),
      ),
    );
  });

  it('counts every run, and completes exactly when one passed', () => {
    fc.assert(
      fc.property(runs, (list) => {
        const state = stateAfter(list);
        expect(state?.attempts).toBe(list.length);
        expect(state?.completedAt !== null).toBe(list.some(({ hasPassed }) => hasPassed));
      }),
    );
  });
});
