import { jsonChunks } from './json-chunks.policy.js';

describe('jsonChunks', () => {
  const lengths = (rows: string[]) => [...jsonChunks(rows)].map((chunk) => (JSON.parse(chunk) as unknown[]).length);

  it('begins another one at 5000 rows', () => {
    expect(lengths([])).toEqual([]);
    expect(lengths(['{"a":1}'])).toEqual([1]);
    expect([...jsonChunks(['{"a":1}', '2'])]).toEqual(['[{"a":1},2]']);
    expect(lengths(Array.from({ length: 10_001 }, () => '1'))).toEqual([5000, 5000, 1]);
  });

  it('begins another one before 8 MiB of text, and takes a larger row alone', () => {
    const row = (chars: number) => JSON.stringify('x'.repeat(chars - 2));
    const mebibyte = 1_048_576;
    expect(lengths(Array.from({ length: 17 }, () => row(mebibyte)))).toEqual([8, 8, 1]);
    expect(lengths([row(mebibyte), row(9 * mebibyte), row(mebibyte)])).toEqual([1, 1, 1]);
  });
});
