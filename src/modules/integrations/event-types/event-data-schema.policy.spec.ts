import { compileSchema, problemsOfSchema } from './event-data-schema.policy.js';

const fieldsOf = (schema: unknown) => problemsOfSchema(schema, 'schema').map(({ field }) => field);

describe('a schema for the data of events', () => {
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: {
      dish: { type: 'string', minLength: 1, maxLength: 50 },
      price: { type: ['number', 'null'], minimum: 0 },
      day: { type: 'string', format: 'date' },
      tags: { type: 'array', maxItems: 2, items: { enum: ['vegan', 'spicy'] } },
      who: { anyOf: [{ type: 'string', format: 'email' }, { const: null }] },
    },
    required: ['dish'],
    additionalProperties: false,
  };
  const misfit = compileSchema(schema);

  it('is taken with the keywords whose cost is bounded', () => {
    expect(problemsOfSchema(schema, 'schema')).toEqual([]);
  });

  it.each([
    [{ dish: 'soup', price: null, day: '2026-12-01', tags: ['vegan'], who: 'a@b' }, undefined],
    [{}, 'dish'],
    [{ dish: 7 }, 'dish'],
    [{ dish: 'soup', price: -1 }, 'price'],
    [{ dish: 'soup', day: '2026-13-01' }, 'day'],
    [{ dish: 'soup', tags: ['vegan', 'bland'] }, 'tags.1'],
    [{ dish: 'soup', side: 'rice' }, 'side'],
    [{ dish: 'soup', who: 'nobody' }, 'who'],
  ])('judges %j: %s', (data, path) => {
    expect(misfit(data)?.path.join('.')).toBe(path);
  });

  it.each([
    ['schema', null],
    ['schema', []],
    ['schema.type', {}],
    ['schema.type', { type: 'array' }],
    ['schema.pattern', { type: 'object', pattern: '(a+)+$' }],
    ['schema.properties.a.pattern', { type: 'object', properties: { a: { type: 'string', pattern: 'x' } } }],
    ['schema.$ref', { type: 'object', $ref: 'https://example.org/schema' }],
    ['schema.$id', { type: 'object', $id: 'x' }],
    ['schema.uniqueItems', { type: 'object', uniqueItems: true }],
    ['schema.properties.a', { type: 'object', properties: { a: 'string' } }],
    ['schema.properties.a.format', { type: 'object', properties: { a: { format: 'regex' } } }],
    ['schema.properties.a.enum', { type: 'object', properties: { a: { enum: [{}] } } }],
    ['schema.required', { type: 'object', required: ['a', 'a'] }],
    ['schema.minLength', { type: 'object', minLength: -1 }],
    ['schema.maximum', { type: 'object', maximum: '5' }],
    ['schema.anyOf', { type: 'object', anyOf: [] }],
    ['schema.type', { type: 'string' }],
  ])('is refused at %s: %j', (field, refused) => {
    expect(fieldsOf(refused)).toContain(field);
  });

  it('is refused when it is large or deep', () => {
    const many = Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`p${index}`, { type: 'string' }]));
    expect(fieldsOf({ type: 'object', properties: many })).toHaveLength(1);
    let deep: object = { type: 'string' };
    for (let level = 0; level < 5000; level += 1) deep = { type: 'array', items: deep };
    expect(fieldsOf({ type: 'object', properties: { deep } })).toHaveLength(1);
  });
});
