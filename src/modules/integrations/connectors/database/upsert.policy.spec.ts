import { databaseConfig, type DatabasePushConfig } from './database-config.js';
import { mysqlDialect, postgresDialect } from './sql-dialect.policy.js';
import { deletionOf, rowsOf, upsertOf } from './upsert.policy.js';

const config = (changes: object = {}) =>
  databaseConfig.parse({
    direction: 'push',
    engine: 'postgresql',
    host: 'db.example.org',
    database: 'sis',
    table: 'public.grades',
    columns: { 'student.id': 'student', value: 'value' },
    keyColumns: ['student'],
    onDelete: { mark: 'gone' },
    ...changes,
  }) as DatabasePushConfig;
const noFacts = { timeColumns: new Set<string>(), hasUniqueIndex: true };
const item = (key: string, data: Record<string, unknown>, isDeleted = false) => ({ key, data, isDeleted });

describe('rowsOf', () => {
  it('lets the last item with a key count, and takes the key of what is gone from the item', () => {
    const items = [
      item('a', { student: { id: 1 }, value: 1 }),
      item('b', { student: { id: 2 }, value: { deep: true } }),
      item('a2', { student: { id: 1 }, value: 2 }),
      item('7', {}, true),
      item('none', { value: 1 }),
    ];
    const { upserts, deletions, refused } = rowsOf(items, config(), noFacts);
    expect(upserts.map(({ values }) => values)).toEqual([
      [2, '{"deep":true}', false],
      [1, 2, false],
    ]);
    expect(deletions.map(({ key }) => key)).toEqual([['7']]);
    expect(refused.map(({ key }) => key)).toEqual(['none']);
  });

  it('writes times as MySQL takes them into columns of times only', () => {
    const facts = { ...noFacts, timeColumns: new Set(['value']) };
    const time = '2026-03-01T12:00:00+02:00';
    const values = (data: unknown) =>
      rowsOf([item('a', { student: { id: time }, value: data })], config(), facts).upserts[0]?.values;
    expect(values(time)).toEqual([time, '2026-03-01 10:00:00.000', false]);
    expect(values('2026-03-01')).toEqual([time, '2026-03-01', false]);
  });
});

describe('statements', () => {
  const { upserts, deletions } = rowsOf([item('a', { student: { id: 1 } }), item('2', {}, true)], config(), noFacts);

  it('never hold a value', () => {
    expect(upsertOf(upserts, config(), postgresDialect)).toEqual({
      sql:
        'INSERT INTO "public"."grades" ("student", "value", "gone") VALUES ($1, $2, $3) ' +
        'ON CONFLICT ("student") DO UPDATE SET "value" = EXCLUDED."value", "gone" = EXCLUDED."gone"',
      values: [1, null, false],
    });
    expect(upsertOf(upserts, config(), mysqlDialect)).toEqual({
      sql:
        'INSERT INTO `public`.`grades` (`student`, `value`, `gone`) VALUES (?, ?, ?) ' +
        'ON DUPLICATE KEY UPDATE `value` = VALUES(`value`), `gone` = VALUES(`gone`)',
      values: ['1', null, 0],
    });
    expect(deletionOf(deletions, config(), postgresDialect)).toEqual({
      sql: 'UPDATE "public"."grades" SET "gone" = $1 WHERE ("student" = $2)',
      values: [true, '2'],
    });
  });

  it('change nothing of a row that is all key', () => {
    const keysOnly = config({ columns: { id: 'student' }, onDelete: 'delete' });
    expect(upsertOf(upserts, keysOnly, postgresDialect).sql).toContain('ON CONFLICT ("student") DO NOTHING');
    expect(deletionOf(deletions, keysOnly, mysqlDialect).sql).toBe(
      'DELETE FROM `public`.`grades` WHERE (`student` = ?)',
    );
  });
});
