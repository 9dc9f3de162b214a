import { parseIdempotencyKey } from './idempotency-key.policy.js';

describe('parseIdempotencyKey', () => {
  it.each([
    ['abc', 'abc'],
    ['"abc"', 'abc'],
    ['a'.repeat(255), 'a'.repeat(255)],
    ['!~', '!~'],
  ])('takes %s', (header, key) => expect(parseIdempotencyKey(header)).toBe(key));

  it.each([[''], ['""'], ['a'.repeat(256)], ['a b'], ['one, two'], ['é'], ['a\tb'], [['one', 'two']]])(
    'refuses %j',
    (header) => expect(parseIdempotencyKey(header)).toBeUndefined(),
  );
});
