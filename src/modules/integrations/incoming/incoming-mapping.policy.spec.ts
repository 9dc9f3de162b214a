import fc from 'fast-check';
import { dataOf, incomingMapping, isRuleFitting, type IncomingRule } from './incoming-mapping.policy.js';

const ruleWith = (when: unknown[], data: object = {}): IncomingRule =>
  incomingMapping.parse([{ when, event: 'grade.published', data }])[0] as IncomingRule;
const input = {
  headers: { 'x-kind': 'grade' },
  body: { n: 1, text: 'abc', list: [{ id: 5 }], nothing: null, no: false },
};

describe('the rules of a mapping', () => {
  it.each([
    [{ path: 'headers.x-kind', eq: 'grade' }, true],
    [{ path: 'headers.x-kind', ne: 'grade' }, false],
    [{ path: 'headers.other', eq: null }, false],
    [{ path: 'headers.other', ne: 'grade' }, true],
    [{ path: 'body.n', eq: 1 }, true],
    [{ path: 'body.n', eq: '1' }, false],
    [{ path: 'body.nothing', eq: null }, true],
    [{ path: 'body.no', eq: false }, true],
    [{ path: 'body.n', in: [0, 1] }, true],
    [{ path: 'body.n', in: ['1'] }, false],
    [{ path: 'body.nothing', exists: true }, true],
    [{ path: 'body.absent', exists: true }, false],
    [{ path: 'body.absent', exists: false }, true],
    [{ path: 'body.text', startsWith: 'ab' }, true],
    [{ path: 'body.n', startsWith: '1' }, false],
    [{ path: 'body.list.0.id', eq: 5 }, true],
    [{ path: 'body.__proto__', exists: true }, false],
    [{ path: 'body.constructor.name', exists: true }, false],
    [{ path: 'body.text.length', exists: true }, false],
  ])('%j holds: %s', (condition, expected) => {
    expect(isRuleFitting(ruleWith([condition]), input)).toBe(expected);
  });

  it('need all their conditions, and none when there is none', () => {
    const [right, wrong] = [
      { path: 'body.n', eq: 1 },
      { path: 'body.n', eq: 2 },
    ];
    expect(isRuleFitting(ruleWith([right, wrong]), input)).toBe(false);
    expect(isRuleFitting(ruleWith([]), input)).toBe(true);
  });

  it('pick values and constants, and leave out what is not there', () => {
    const data = { a: 'body.list.0.id', b: 'body.nothing', c: { value: 'body.n' }, d: 'body.absent', e: 'body' };
    expect(dataOf(ruleWith([], data), input)).toEqual({ a: 5, b: null, c: 'body.n', e: input.body });
  });

  it('never throw and never change what they read, whatever arrives', () => {
    const names = fc.constantFrom('a', '0', '__proto__', 'constructor', 'length', 'toString');
    fc.assert(
      fc.property(fc.jsonValue(), fc.array(names, { minLength: 1, maxLength: 4 }), (body, path) => {
        const before = JSON.stringify(body);
        const rule = ruleWith([], { x: `body.${path.join('.')}` });
        const data = dataOf(rule, { headers: {}, body });
        expect(() => JSON.stringify(data)).not.toThrow();
        expect(JSON.stringify(body)).toBe(before);
        expect(typeof data['x']).not.toBe('function');
      }),
    );
  });
});
