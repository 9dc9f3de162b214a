import * as fc from 'fast-check';
import { matchesPattern } from './resource-pattern.policy.js';

/** The meaning of a pattern in its plainest form, too slow for anything but short texts. */
function matchesSlowly(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  if (pattern.startsWith('*')) {
    return matchesSlowly(pattern.slice(1), text) || (text !== '' && matchesSlowly(pattern, text.slice(1)));
  }
  return text !== '' && pattern[0] === text[0] && matchesSlowly(pattern.slice(1), text.slice(1));
}

const shortText = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 9 });
const shortPattern = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*'), maxLength: 7 });

describe('matchesPattern', () => {
  it.each([
    ['workshop:campus/lab-*', 'workshop:campus/lab-git', true],
    ['workshop:*/lab-git', 'workshop:campus/lab-git', true],
    ['*', '', true],
    ['*', 'anything/at:all', true],
    ['', '', true],
    ['', 'a', false],
    ['a', 'A', false],
    ['a*a', 'a', false],
    ['ab*ba', 'aba', false],
    ['a*b*c', 'a-c-b', false],
    ['lab.*', 'lab-git', false],
    ['a?c', 'abc', false],
    ['[ab]', 'a', false],
  ])('says of %j and %j %j', (pattern, text, expected) => {
    expect(matchesPattern(pattern, text)).toBe(expected);
  });

  it('agrees with the plain definition', () => {
    fc.assert(
      fc.property(shortPattern, shortText, (pattern, text) => {
        expect(matchesPattern(pattern, text)).toBe(matchesSlowly(pattern, text));
      }),
      { numRuns: 5000 },
    );
  });

  it('matches a text by itself and by any pattern that replaces a part of it by a star', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(), fc.nat(), (text, one, other) => {
        const [from = 0, to = 0] = [one % (text.length + 1), other % (text.length + 1)].toSorted((a, b) => a - b);
        expect(matchesPattern(text, text)).toBe(true);
        expect(matchesPattern(`${text.slice(0, from)}*${text.slice(to)}`, text)).toBe(true);
      }),
    );
  });

  it('answers patterns that make backtracking matchers run for ages', () => {
    const text = 'a'.repeat(50_000);
    expect(matchesPattern(`${'a*'.repeat(128)}b`, text)).toBe(false);
    expect(matchesPattern(`${'*a'.repeat(128)}*b*`, text)).toBe(false);
    expect(matchesPattern(`${'*a'.repeat(128)}*`, text)).toBe(true);
  });
});
