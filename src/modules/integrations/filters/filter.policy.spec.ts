import fc from 'fast-check';
import { testOf } from './filter-match.policy.js';
import { parseFilter } from './filter-parse.policy.js';
import { eventRoots, type Filter } from './filter.js';
import { readPath, valueAt } from './value-path.policy.js';

const event = {
  id: '1',
  event: 'grade.published',
  timestamp: '2026-11-20T12:00:00.000Z',
  data: { grade: 'A', score: 87, isFinal: true, note: null, items: [{ name: 'x' }, { name: 'y' }], 'odd key': 1 },
};
const matches = (filter: unknown, subject: object = event) => testOf(filter as Filter)(subject);
const fieldsOf = (filter: unknown) => parseFilter(filter, 'filter', eventRoots).errors.map(({ field }) => field);

describe('a filter', () => {
  it.each([
    [{ path: 'data.grade', eq: 'A' }, true],
    [{ path: 'data.grade', eq: 'a' }, false],
    [{ path: 'data.score', gt: 87 }, false],
    [{ path: 'data.score', gte: 87, lt: 88 }, true],
    [{ path: 'data.score', lte: 86 }, false],
    [{ path: 'data.grade', ne: 'B' }, true],
    [{ path: 'data.score', in: [1, 87] }, true],
    [{ path: 'data.score', in: [] }, false],
    [{ path: 'data.note', exists: true }, true],
    [{ path: 'data.note', eq: null }, true],
    [{ path: 'data.absent', exists: false }, true],
    [{ path: 'data.absent', eq: null }, false],
    [{ path: 'data.items.1.name', eq: 'y' }, true],
    [{ path: 'data.items.01.name', exists: true }, false],
    [{ path: 'data.items.length', exists: true }, false],
    [{ path: 'data.odd key', eq: 1 }, true],
    [{ path: 'event', startsWith: 'grade.' }, true],
    [{ path: 'timestamp', gte: '2026-11-01', lt: '2026-12-01' }, true],
    [{ and: [{ path: 'data.grade', eq: 'A' }, { not: { path: 'data.score', lt: 50 } }] }, true],
    [
      {
        or: [
          { path: 'data.grade', eq: 'F' },
          { path: 'data.isFinal', eq: true },
        ],
      },
      true,
    ],
    // Different types are never equal, greater or less, nor unequal.
    [{ path: 'data.score', gt: '5' }, false],
    [{ path: 'data.score', ne: '87' }, false],
    [{ path: 'data.note', ne: 'x' }, false],
    [{ path: 'data.score', startsWith: '8' }, false],
    [{ path: 'data.absent', ne: 'x' }, false],
    [{ path: 'data.grade.length', exists: true }, false],
  ])('%j gives %s', (filter, expected) => {
    expect(parseFilter(filter, 'filter', eventRoots).errors).toEqual([]);
    expect(matches(filter)).toBe(expected);
  });

  it.each([
    [null, 'filter'],
    [[], 'filter'],
    ['data.grade', 'filter'],
    [{}, 'filter.path'],
    [{ path: 'data.grade' }, 'filter'],
    [{ path: 'data.grade', equals: 1 }, 'filter.equals'],
    [{ path: 'data.grade', $where: 'sleep(1)' }, 'filter.$where'],
    [{ path: 'grade', eq: 1 }, 'filter.path'],
    [{ path: 'constructor.name', eq: 'Object' }, 'filter.path'],
    [{ path: 'data..grade', eq: 1 }, 'filter.path'],
    [{ path: 'data.\ud800', eq: 1 }, 'filter.path'],
    [{ path: `data${'.a'.repeat(12)}`, eq: 1 }, 'filter.path'],
    [{ path: 'data.a', eq: {} }, 'filter.eq'],
    [{ path: 'data.a', gt: true }, 'filter.gt'],
    [{ path: 'data.a', in: 'x' }, 'filter.in'],
    [{ path: 'data.a', in: Array(201).fill(1) }, 'filter.in'],
    [{ path: 'data.a', in: [[]] }, 'filter.in'],
    [{ path: 'data.a', exists: 'yes' }, 'filter.exists'],
    [{ path: 'data.a', startsWith: 'x'.repeat(1001) }, 'filter.startsWith'],
    [{ path: 'data.a', eq: 'a\0b' }, 'filter.eq'],
    [{ and: [] }, 'filter.and'],
    [{ or: { path: 'data.a', eq: 1 } }, 'filter.or'],
    [{ and: [{ path: 'data.a', eq: 1 }], path: 'data.b' }, 'filter'],
    [{ and: [{ path: 'data.a', eq: 1 }, { not: { path: 'data.b', like: 1 } }] }, 'filter.and.1.not.like'],
    [{ and: Array.from({ length: 100 }, () => ({ path: 'data.a', eq: 1 })) }, 'filter.and.99'],
  ])('%j is refused by its path', (filter, field) => {
    expect(fieldsOf(filter)).toContain(field);
  });

  it('sees the roots that it is parsed for, and no others', () => {
    const read = (path: string) => parseFilter({ not: { path, eq: 1 } }, 'mapping.0.when', ['headers', 'body']).errors;
    expect(read('body.a')).toEqual([]);
    expect(read('data.a')).toEqual([{ field: 'mapping.0.when.not.path', message: expect.stringContaining('body') }]);
  });

  it('is refused when it is nested too deeply, however deeply', () => {
    let filter: unknown = { path: 'data.a', eq: 1 };
    for (let level = 0; level < 30_000; level += 1) filter = { not: filter };
    expect(fieldsOf(filter)).toHaveLength(1);
  });

  it('never throws, and never sees what is not in the event itself', () => {
    const path = fc.constantFrom(
      'data',
      'data.__proto__',
      'data.constructor',
      'data.toString',
      'data.a.__proto__.b',
      'id',
    );
    const operand = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
    const condition = fc.record({ path, eq: operand, ne: operand, exists: fc.boolean() }, { requiredKeys: ['path'] });
    fc.assert(
      fc.property(condition, fc.json(), (filter, json) => {
        const data: unknown = JSON.parse(json);
        expect(typeof matches(filter, { ...event, data })).toBe('boolean');
      }),
    );
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      expect(matches({ path: `data.${name}`, exists: true })).toBe(false);
    }
  });

  it('obeys the laws of logic', () => {
    const leaf: fc.Arbitrary<Filter> = fc.record({
      path: fc.constantFrom('data.a', 'data.b', 'event'),
      eq: fc.constantFrom<string | number | null>('x', 1, null),
    });
    const data = fc.record({ a: fc.constantFrom('x', 1, null), b: fc.constantFrom('x', 1, null) });
    fc.assert(
      fc.property(leaf, leaf, data, (one, other, facts) => {
        const subject = { ...event, data: facts };
        const not = (filter: Filter): Filter => ({ not: filter });
        expect(matches(not(not(one)), subject)).toBe(matches(one, subject));
        expect(matches({ not: { and: [one, other] } }, subject)).toBe(matches({ or: [not(one), not(other)] }, subject));
        expect(matches({ and: [one, other] }, subject)).toBe(matches(one, subject) && matches(other, subject));
      }),
    );
  });
});

describe('a path', () => {
  it('leads to every value that a document has', () => {
    const key = fc.string({ minLength: 1, maxLength: 20 }).filter((name) => /^[^.{}|\p{Cc}\s]+$/u.test(name));
    fc.assert(
      fc.property(fc.array(key, { minLength: 1, maxLength: 5 }), fc.integer(), (names, value) => {
        const data = names.reduceRight<unknown>((inner, name) => Object.fromEntries([[name, inner]]), value);
        const read = readPath(['data', ...names].join('.'), ['data']);
        expect(read).toEqual({ path: ['data', ...names] });
        expect(valueAt({ data }, ['data', ...names])).toBe(value);
      }),
    );
  });
});
