import { UnifyIncomingMappings1763693000000 } from '../../migrations/1763693000000-unify-incoming-mappings.js';
import { dataOf, isRuleFitting, parseRules } from '../../src/modules/integrations/incoming/incoming-mapping.policy.js';
import { startBefore } from '../support/migration-database.js';

/** Rules as the version before wrote them. */
const before = [
  {
    when: [
      { path: 'headers.x-kind', eq: 'grade' },
      { path: 'body.state', ne: 'draft' },
      { path: 'body.grade', in: ['A', 'B'] },
    ],
    event: 'grade.published',
    data: { studentId: 'body.student.id', note: 'body.note', source: { value: 'sis' }, weight: { value: 2 } },
  },
  { when: [{ path: 'body.grade', exists: true }], event: 'lab.opened', isCustom: true, data: { all: 'body' } },
  {
    when: [],
    event: 'lab.closed',
    isCustom: true,
    data: { text: { value: '{{body.x}} {{{ }}' }, path: { value: 'body.x' }, nothing: { value: null } },
  },
];
const after = [
  {
    when: {
      and: [
        { path: 'headers.x-kind', eq: 'grade' },
        { not: { path: 'body.state', eq: 'draft' } },
        { path: 'body.grade', in: ['A', 'B'] },
      ],
    },
    event: 'grade.published',
    data: {
      studentId: '{{body.student.id | ifExists}}',
      note: '{{body.note | ifExists}}',
      source: 'sis',
      weight: 2,
    },
  },
  {
    when: { path: 'body.grade', exists: true },
    event: 'lab.opened',
    isCustom: true,
    data: { all: '{{body | ifExists}}' },
  },
  {
    event: 'lab.closed',
    isCustom: true,
    data: { text: '{{"{{"}}body.x}} {{"{{"}}{ }}', path: 'body.x', nothing: null },
  },
];
/** What the version before cannot say. */
const onlyNew = [
  { when: { or: [{ path: 'body.a', gt: 1 }] }, event: 'lab.opened', isCustom: true, data: { a: '{{body.a}}' } },
  { event: 'lab.opened', isCustom: true, data: { a: { b: '{{body.a}} and {{body.b}}' } } },
  { event: 'lab.opened', isCustom: true, data: '{{body}}' },
];

it('mappings of incoming sources from before say the same in the one language, and survive the way back', async () => {
  const database = await startBefore(UnifyIncomingMappings1763693000000);
  const { dataSource } = database;
  const [{ id: integrationId }] = await dataSource.query(
    `INSERT INTO integrations (name, type, config, auth_type, auth_config, sync_frequency_seconds)
     VALUES ('Old', 'webhook', '{}', 'none', '{}', 0) RETURNING id`,
  );
  const add = (name: string, mapping: object[]) =>
    dataSource.query(
      `INSERT INTO incoming_sources (integration_id, name, secret_hash, secret_hint, mapping)
       VALUES ($1, $2, convert_to($2, 'UTF8'), 'abcd', $3)`,
      [integrationId, name, JSON.stringify(mapping)],
    );
  const read = async (name: string) =>
    (await dataSource.query(`SELECT mapping FROM incoming_sources WHERE name = $1`, [name]))[0].mapping;

  await add('old', before);
  await add('none', []);
  // What no placeholder can hold is left out, and the rest goes on.
  await add('odd', [
    { when: [], event: 'lab.opened', data: { a: 'body.a|b', b: `body${'.x'.repeat(12)}`, c: 'body.c' } },
  ]);
  await database.redo();
  expect(await read('old')).toEqual(after);
  expect(await read('none')).toEqual([]);
  expect(await read('odd')).toEqual([{ event: 'lab.opened', data: { c: '{{body.c | ifExists}}' } }]);

  // It is what admins may write today, and does what it did.
  const { rules, errors } = parseRules(await read('old'), 'mapping');
  expect(errors).toEqual([]);
  const input = { headers: { 'x-kind': 'grade' }, body: { grade: 'A', student: { id: 7 }, x: 'no' } };
  expect(rules.map((rule) => isRuleFitting(rule, input))).toEqual([true, true, true]);
  expect(rules.map((rule) => dataOf(rule, input))).toEqual([
    { studentId: 7, source: 'sis', weight: 2 },
    { all: input.body },
    { text: '{{body.x}} {{{ }}', path: 'body.x', nothing: null },
  ]);

  await add('new', onlyNew);
  await database.undo();
  expect(await read('old')).toEqual(before);
  expect(await read('new')).toEqual(onlyNew);
  await database.redo();
  expect(await read('old')).toEqual(after);
  expect(await read('new')).toEqual(onlyNew);
  await database.drop();
});
