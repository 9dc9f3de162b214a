import fc from 'fast-check';
import { selectFields } from './field-selection.policy.js';
import { parseMapping, RenderedTooLarge, renderMapping, type Mapping } from './mapping.policy.js';

const roots = ['id', 'event', 'timestamp', 'data'];
const event = {
  id: '1',
  event: 'grade.published',
  timestamp: '2026-11-20T12:00:00.000Z',
  data: {
    name: '<Ann> & Bob',
    score: 87,
    tags: ['a', 'b'],
    nested: { deep: [1, { x: true }] },
    empty: '',
    nothing: null,
  },
};
const render = (mapping: Mapping) => {
  expect(parseMapping(mapping, 'mapping', roots).errors).toEqual([]);
  return renderMapping(mapping, event);
};

describe('a mapping', () => {
  it.each<[Mapping, unknown]>([
    ['{{data.score}}', 87],
    ['{{data.nested}}', event.data.nested],
    ['{{ data.absent }}', null],
    ['Score: {{data.score}}!', 'Score: 87!'],
    ['{{data.score}}{{data.absent}}', '87'],
    ['{{data.tags}} {{data.nested.deep.1.x}}', '["a","b"] true'],
    ['{{data.tags | join ", "}}', 'a, b'],
    ['{{data.name | slack}}', '&lt;Ann&gt; &amp; Bob'],
    ['{{data.name | upper | truncate 4}}', '<AN…'],
    ['{{data.empty | default "a|b \\"c\\""}}', 'a|b "c"'],
    ['{{data.score | text}}', '87'],
    ['{{timestamp | date}} {{timestamp | time}}', '2026-11-20 12:00'],
    ['{{timestamp | datetime}}', '2026-11-20 12:00 UTC'],
    ['{{data.name | date}}', '<Ann> & Bob'],
    ['{{data.name | number}}', null],
    ['{{data.tags | json}}', '["a","b"]'],
    ['{{data.nested | lines}}', 'deep: [1,{"x":true}]'],
    ['{{data.name | url}}', '%3CAnn%3E%20%26%20Bob'],
    [{ a: ['{{data.score}}', 1, null, true], b: '{{data.absent | optional}}' }, { a: [87, 1, null, true] }],
    [
      { a: '{{data.absent | ifExists}}', b: '{{data.nothing | ifExists}}', c: '{{data.empty | ifExists}}' },
      { b: null, c: '' },
    ],
    ['no placeholder } } {', 'no placeholder } } {'],
    ['{{"{{"}}', '{{'],
    ['{{"{{"}}data.score}} is {{ "\\"{{\\"" }} {{data.score}}', '{{data.score}} is "{{" 87'],
  ])('%j gives %j', (mapping, expected) => {
    expect(render(mapping)).toEqual(expected);
  });

  it.each([
    ['{{data.score', 'mapping'],
    ['{{}}', 'mapping'],
    ['{{score}}', 'mapping'],
    ['{{"a" | upper}}', 'mapping'],
    ['{{"a"b"}}', 'mapping'],
    ['{{constructor.constructor}}', 'mapping'],
    ['{{data.a | eval "1"}}', 'mapping'],
    ['{{data.a | truncate}}', 'mapping'],
    ['{{data.a | truncate "5"}}', 'mapping'],
    ['{{data.a | truncate 999999999}}', 'mapping'],
    ['{{data.a | upper 1}}', 'mapping'],
    ['{{data.a | upper lower}}', 'mapping'],
    ['{{data.a |}}', 'mapping'],
    ['{{data.a | | upper}}', 'mapping'],
    ['{{data.a | default "x}}', 'mapping'],
    [`{{data.a${' | upper'.repeat(7)}}}`, 'mapping'],
    [{ blocks: [{ text: 'fine' }, { text: '{{nonsense}}' }] }, 'mapping.blocks.1.text'],
    [{ text: 'a\0' }, 'mapping.text'],
    [{ inner: { 'a\0': 1 } }, 'mapping.inner'],
    [Array(1001).fill(1), 'mapping.999'],
  ])('%j is refused at %s', (mapping, field) => {
    expect(parseMapping(mapping, 'mapping', roots).errors.map((error) => error.field)).toContain(field);
  });

  it('is refused when it is nested too deeply', () => {
    let mapping: unknown = 1;
    for (let level = 0; level < 20_000; level += 1) mapping = [mapping];
    expect(parseMapping(mapping, 'mapping', roots).errors).toHaveLength(1);
  });

  it('reads formatters in linear time', () => {
    const hostile = `{{data.a | default "${'\\"'.repeat(9000)}}}`;
    expect(parseMapping(hostile, 'mapping', roots).errors).toHaveLength(1);
  });

  it('without placeholders makes itself, whatever the document', () => {
    const plain = fc.jsonValue().filter((value) => !JSON.stringify(value).includes('{{'));
    fc.assert(fc.property(plain, (mapping) => expect(renderMapping(mapping as Mapping, event)).toEqual(mapping)));
  });

  it('never throws on data of any kind, and makes JSON', () => {
    const texts = [
      'lines',
      'slack',
      'markdown',
      'url',
      'json',
      'upper',
      'number',
      'date',
      'optional',
      'ifExists',
      'join ","',
      'truncate 5',
    ];
    const mapping = Object.fromEntries(texts.map((formatter, index) => [`m${index}`, `{{data | ${formatter}}}`]));
    fc.assert(
      fc.property(fc.jsonValue(), (data) => {
        expect(typeof JSON.stringify(renderMapping(mapping, { ...event, data }))).toBe('string');
      }),
    );
  });

  it('stops before a small mapping makes a huge body', () => {
    const data = { text: 'x'.repeat(50_000) };
    expect(() => renderMapping(Array(900).fill('{{data}}') as Mapping, { ...event, data })).toThrow(RenderedTooLarge);
  });

  it('cannot be made to change prototypes', () => {
    const mapping = JSON.parse('{"__proto__": {"polluted": "{{data.score}}"}}') as Mapping;
    expect(JSON.stringify(renderMapping(mapping, event))).toBe('{"__proto__":{"polluted":87}}');
    expect({}).not.toHaveProperty('polluted');
  });
});

describe('fields', () => {
  it.each<[string[], unknown]>([
    [[], {}],
    [['data.score'], { score: 87 }],
    [['data.nested.deep.x', 'data.score'], { score: 87, nested: { deep: [null, { x: true }] } }],
    [['data.nested', 'data.nested.deep'], { nested: event.data.nested }],
    [['data.absent', 'data.name.length'], { name: null }],
    [['data'], {}],
  ])('%j keep %j', (fields, expected) => {
    expect(selectFields(event.data, fields)).toEqual(expected);
  });

  it('keep nothing that was not named', () => {
    const names = fc.uniqueArray(fc.constantFrom<string>('a', 'b', 'c', 'd'));
    fc.assert(
      fc.property(names, fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.jsonValue()), (kept, data) => {
        const selected = selectFields(
          data,
          kept.map((name) => `data.${name}`),
        ) as object;
        expect(Object.keys(selected).toSorted()).toEqual(
          Object.keys(data)
            .filter((name) => kept.includes(name))
            .toSorted(),
        );
      }),
    );
  });
});
