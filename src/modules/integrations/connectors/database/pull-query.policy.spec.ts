import { databaseConfig, type DatabasePullConfig } from './database-config.js';
import { placeOf, planPull } from './pull-query.policy.js';
import { mysqlDialect, postgresDialect } from './sql-dialect.policy.js';

const config = (changes: object = {}) =>
  databaseConfig.parse({
    direction: 'pull',
    engine: 'postgresql',
    host: 'db.example.org',
    database: 'sis',
    query: 'SELECT * FROM students WHERE school = $1; ',
    parameters: ['north'],
    keyColumns: ['id', 'part'],
    ...changes,
  }) as DatabasePullConfig;

describe('planPull', () => {
  it('wraps the query and orders it by its key', () => {
    expect(planPull(config(), undefined, postgresDialect)).toEqual({
      sql: 'SELECT * FROM (\nSELECT * FROM students WHERE school = $1\n) AS q\nORDER BY q."id", q."part"',
      values: ['north'],
    });
  });

  it('goes on at a place, which it reads again', () => {
    const place = { by: ['id', 'part'], at: ['7', 'b'] };
    const { sql, values } = planPull(config(), place, postgresDialect);
    expect(sql).toContain('WHERE q."id" >= $2 AND (q."id" > $3 OR (q."id" = $3 AND q."part" >= $4))');
    expect(values).toEqual(['north', '7', '7', 'b']);
  });

  it('binds values for MySQL in their order, and digits as numbers', () => {
    const place = { by: ['changed', 'id', 'part'], at: ['2026-01-01', { digits: '9007199254740993' }, 1.5] };
    const { sql, values } = planPull(config({ engine: 'mysql', watermarkColumn: 'changed' }), place, mysqlDialect);
    expect(sql).toContain(
      'WHERE q.`changed` IS NOT NULL AND q.`changed` >= ? AND (q.`changed` > ? OR (q.`changed` = ? AND ' +
        '(q.`id` > CAST(? AS DECIMAL(65, 30)) OR (q.`id` = CAST(? AS DECIMAL(65, 30)) AND q.`part` >= ?))))',
    );
    const digits = '9007199254740993';
    expect(values).toEqual(['north', '2026-01-01', '2026-01-01', '2026-01-01', digits, digits, 1.5]);
  });

  it('quotes what is no plain name all the same', () => {
    const odd = { ...config(), keyColumns: ['a"b', 'c`d'] };
    expect(planPull(odd, undefined, postgresDialect).sql).toContain('ORDER BY q."a""b", q."c`d"');
    expect(planPull(odd, undefined, mysqlDialect).sql).toContain('ORDER BY q.`a"b`, q.`c``d`');
  });
});

describe('placeOf', () => {
  const inside = { by: ['changed', 'id', 'part'], at: ['2026', '1', 'a'] };
  const end = { by: ['changed'], at: ['2026'] };

  it('is inside an interrupted pass, or at the watermark that was reached', () => {
    const incremental = config({ watermarkColumn: 'changed' });
    expect(placeOf(incremental, inside, true)).toEqual(inside);
    expect(placeOf(incremental, inside, false)).toBeUndefined();
    expect(placeOf(incremental, end, false)).toEqual(end);
    expect(placeOf(incremental, end, true)).toEqual(end);
  });

  it('is nowhere when it was saved for other columns, or is none', () => {
    expect(placeOf(config({ watermarkColumn: 'modified' }), inside, true)).toBeUndefined();
    expect(placeOf(config(), end, false)).toBeUndefined();
    for (const odd of [null, 7, 'x', [], {}, { by: ['id'], at: [] }, { by: ['id', 'part'], at: [{}, null] }]) {
      expect(placeOf(config(), odd as never, true)).toBeUndefined();
    }
  });
});
