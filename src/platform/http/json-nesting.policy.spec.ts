import fc from 'fast-check';
import { isNestedDeeperThan } from './json-nesting.policy.js';

describe('isNestedDeeperThan', () => {
  it.each([
    ['[[[]]]', 3, false],
    ['[[[]]]', 2, true],
    ['{"a":{"b":[1]}}', 2, true],
    ['[[],[],[],[],[]]', 2, false],
    ['["[[[[[[["]', 1, false],
    ['["\\"[[[[[["]', 1, false],
    ['["\\\\",[[]]]', 2, true],
    ['"never closed [[[[[[', 1, false],
    [']]]]]][[[[', 3, false],
  ])('%s beyond %i: %s', (json, limit, expected) => {
    expect(isNestedDeeperThan(json, limit)).toBe(expected);
  });

  it('agrees with the depth of the parsed value', () => {
    const depthOf = (value: unknown): number =>
      typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.integer({ min: 1, max: 6 }), (value, limit) => {
        expect(isNestedDeeperThan(JSON.stringify(value), limit)).toBe(depthOf(value) > limit);
      }),
    );
  });

  it('copes with half a million levels', () => {
    expect(isNestedDeeperThan('['.repeat(500_000), 32)).toBe(true);
  });
});
