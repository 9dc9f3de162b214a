import fc from 'fast-check';
import { dataOf, isRuleFitting, parseRules, type IncomingRule } from './incoming-mapping.policy.js';

const input = { headers: { 'x-kind': 'grade' }, body: { n: 1, list: [{ id: 5 }], nothing: null } };

function ruleWith(rest: object): IncomingRule {
  const { rules, errors } = parseRules([{ event: 'grade.published', data: {}, ...rest }], 'mapping');
  expect(errors).toEqual([]);
  return rules[0] as IncomingRule;
}

describe('a rule of an incoming source', () => {
  it.each([
    [{}, true],
    [{ when: { path: 'headers.x-kind', eq: 'grade' } }, true],
    [{ when: { path: 'headers.other', exists: true } }, false],
    [{ when: { or: [{ path: 'body.n', gt: 5 }, { not: { path: 'body.absent', exists: true } }] } }, true],
    [{ when: { path: 'body.constructor.name', exists: true } }, false],
  ])('with %j fits: %s', (rest, expected) => {
    expect(isRuleFitting(ruleWith(rest), input)).toBe(expected);
  });

  it.each([
    [
      { id: '{{body.list.0.id}}', text: 'n is {{body.n}}', fixed: 7 },
      { id: 5, text: 'n is 1', fixed: 7 },
    ],
    [
      { a: '{{body.absent}}', b: '{{body.absent | ifExists}}', c: '{{body.nothing | ifExists}}' },
      { a: null, c: null },
    ],
    ['{{body}}', input.body],
    [{ kind: '{{headers.x-kind | upper}}' }, { kind: 'GRADE' }],
  ])('makes of %j the data %j', (data, expected) => {
    expect(dataOf(ruleWith({ data }), input)).toEqual(expected);
  });

  it('sees nothing where nothing could be read', () => {
    const rule = ruleWith({ when: { path: 'body.n', exists: false }, data: { n: '{{body.n}}', all: '{{body}}' } });
    const unreadable = { headers: {}, body: undefined };
    expect(isRuleFitting(rule, unreadable)).toBe(true);
    expect(dataOf(rule, unreadable)).toEqual({ n: null, all: null });
  });

  it.each([
    [{ event: 'Grade' }, ['mapping.0.event']],
    [{ data: undefined }, ['mapping.0.data']],
    [{ data: ['{{body}}'] }, ['mapping.0.data']],
    [{ data: 7 }, ['mapping.0.data']],
    [{ data: { a: [{ b: '{{data.x}}' }] } }, ['mapping.0.data.a.0.b']],
    [{ data: { a: '{{body.x | eval}}' } }, ['mapping.0.data.a']],
    [{ when: [{ path: 'body.n', eq: 1 }] }, ['mapping.0.when']],
    [{ when: null }, ['mapping.0.when']],
    [
      {
        when: {
          and: [
            { path: 'body.n', eq: 1 },
            { path: 'body.n', eq: {} },
          ],
        },
      },
      ['mapping.0.when.and.1.eq'],
    ],
    [{ when: { path: 'data.n', eq: 1 }, data: { a: '{{x}}' } }, ['mapping.0.data.a', 'mapping.0.when.path']],
    [{ code: 'x' }, ['mapping.0.code']],
    [{ data: { a: 'x'.repeat(300_000) } }, ['mapping']],
  ])('with %.80j is refused at %j', (rest, fields) => {
    const { errors } = parseRules([{ event: 'grade.published', data: {}, ...rest }], 'mapping');
    expect(errors.map(({ field }) => field)).toEqual(fields);
  });

  it('never throws and never changes what it reads, whatever arrives', () => {
    const names = fc.constantFrom('a', '0', '__proto__', 'constructor', 'length', 'toString');
    fc.assert(
      fc.property(fc.jsonValue(), fc.array(names, { minLength: 1, maxLength: 4 }), (body, path) => {
        const before = JSON.stringify(body);
        const rule = ruleWith({
          when: { path: `body.${path.join('.')}`, exists: true },
          data: { x: `{{body.${path.join('.')}}}` },
        });
        expect(typeof isRuleFitting(rule, { headers: {}, body })).toBe('boolean');
        const data = dataOf(rule, { headers: {}, body }) as { x: unknown };
        expect(() => JSON.stringify(data)).not.toThrow();
        expect(JSON.stringify(body)).toBe(before);
        expect(typeof data.x).not.toBe('function');
      }),
    );
  });
});
