import { patternOf } from './purge-terms.policy.js';

/** Postgres and JavaScript agree about what is used here. */
const finds = (values: string[], text: string): boolean => new RegExp(patternOf(values), 'i').test(text);

describe('the pattern of a purge', () => {
  it.each([
    ['{"email": "ann@example.edu"}', true],
    ['{"email": "ANN@example.edu"}', true],
    ['Dear ann@example.edu, hello', true],
    ['Write to ann@example.edu.', true],
    ['{"email": "joann@example.edu"}', false],
    ['{"email": "jo.ann@example.edu"}', false],
    ['{"email": "ann@example.edu.au"}', false],
    ['{"email": "ann@exampleXedu"}', false],
  ])('finds ann@example.edu in %s: %s', (text, isFound) => {
    expect(finds(['ann@example.edu'], text)).toBe(isFound);
  });

  it.each([
    ['{"studentId": 7041}', true],
    ['{"studentId": "7041"}', true],
    ['{"studentId": 17041}', false],
    ['{"grade": 7041.5}', false],
  ])('finds 7041 in %s: %s', (text, isFound) => {
    expect(finds(['7041'], text)).toBe(isFound);
  });

  it('takes every character for itself', () => {
    for (const value of ['a.b*c', '(x|y)', String.raw`back\slash`, 'qu"ote', '[a-z]+', 'Zoë Müller', '$^{}?']) {
      expect(finds([value], JSON.stringify({ value }))).toBe(true);
      expect(finds([value], '{"value": "aXbbc x abc"}')).toBe(false);
    }
  });
});
