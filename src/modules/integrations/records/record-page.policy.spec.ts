import { storablePage } from './record-page.policy.js';

const page = (records: unknown[], rejected: { position: string; reason: string; excerpt: string }[] = []) =>
  storablePage({ records: records as [], rejected, checkpoint: null });

describe('a page of records', () => {
  it('keeps of records with the same key the last', () => {
    const { records } = page([
      { key: 'a', data: { n: 1 } },
      { key: 'b', data: {} },
      { key: 'a', data: { n: 2 } },
    ]);
    expect([...records].map(([key, { json }]) => [key, json])).toEqual([
      ['a', '{"n":2}'],
      ['b', '{}'],
    ]);
  });

  it('replaces characters that Postgres cannot store, in names too, and nothing that only looks like them', () => {
    const { records } = page([
      { key: 'a', data: { ['x\0']: ['y\0', { z: '\ud800' }] } },
      { key: 'b', data: { text: String.raw`\u0000 \ud800` } },
      { key: 'c', data: { text: '😀' } },
    ]);
    expect(JSON.parse(records.get('a')?.json ?? '')).toEqual({ 'x\uFFFD': ['y\uFFFD', { z: '\uFFFD' }] });
    expect(JSON.parse(records.get('b')?.json ?? '')).toEqual({ text: String.raw`\u0000 \ud800` });
    expect(JSON.parse(records.get('c')?.json ?? '')).toEqual({ text: '😀' });
  });

  const deep = JSON.parse('[{"x":'.repeat(60) + '1' + '}]'.repeat(60)) as unknown;
  const round: Record<string, unknown> = {};
  round['self'] = round;
  it.each([
    ['an empty key', { key: '', data: {} }, 'key'],
    ['a long key', { key: 'x'.repeat(513), data: {} }, 'key'],
    ['a number as key', { key: 7, data: {} }, 'key'],
    ['a key that cannot be stored', { key: 'a\0', data: {} }, 'key'],
    ['no object', { key: 'a', data: [] }, 'object'],
    ['nothing', { key: 'a', data: null }, 'object'],
    ['too much nesting', { key: 'a', data: { deep } }, 'nested'],
    ['a circle', { key: 'a', data: round }, 'nested'],
    ['too much text', { key: 'a', data: { text: 'x'.repeat(1_100_000) } }, 'at most'],
  ])('rejects a record with %s, and keeps the others', (_, record, reason) => {
    const { records, rejected } = page([record, { key: 'good', data: {} }]);
    expect([...records.keys()]).toEqual(['good']);
    expect(rejected).toHaveLength(1);
    expect(rejected[0]?.reason).toContain(reason);
    expect(rejected[0]?.excerpt.length).toBeLessThanOrEqual(2000);
  });

  it('reports a place once, and cuts what it keeps of it', () => {
    const { rejected } = page(
      [],
      [
        { position: 'line 3', reason: 'x', excerpt: 'y' },
        { position: 'line 3', reason: 'z\0', excerpt: 'y'.repeat(5000) },
      ],
    );
    expect(rejected).toEqual([{ position: 'line 3', reason: 'z\uFFFD', excerpt: 'y'.repeat(2000) }]);
  });
});
