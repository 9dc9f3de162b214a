import { fileConfig, type FileExportConfig } from './file-config.js';
import { archiveName, exportName, isPlainName, nameMatcher } from './file-names.policy.js';

describe('nameMatcher', () => {
  it.each([
    ['*', 'grades.csv', true],
    ['grades-*.csv', 'grades-2026.csv', true],
    ['grades-*.csv', 'grades-2026.csv.gz', false],
    ['*.{csv,ndjson}', 'a.ndjson', true],
    ['{a,b}-{1,2}*', 'b-2.csv', true],
    ['{a,b}-{1,2}*', 'b-3.csv', false],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-b-b-d', false],
    ['**', 'a', true],
    ['a.c', 'abc', false],
    ['grades-????.csv', 'grades-2026.csv', true],
    ['*', '.grades.csv.part', false],
    ['*', '../secret', false],
    ['*', 'a/b', false],
    ['*', '', false],
    ['!a', 'b', false],
  ])('%s takes %j: %s', (pattern, name, isTaken) => {
    expect(nameMatcher(pattern)(name)).toBe(isTaken);
  });

  it('is not slowed down by a name', () => {
    // By an expression this takes longer than any test may.
    expect(nameMatcher('*a'.repeat(90))('a'.repeat(89).padEnd(255, 'b'))).toBe(false);
  });
});

describe('names', () => {
  it.each(['..', '.', 'a\\b', 'a\0b', 'a\nb', 'x'.repeat(256)])('are never %j', (name) => {
    expect(isPlainName(name)).toBe(false);
  });

  it('of an archived file tell it from another one with the same name', () => {
    expect(archiveName('grades.csv.gz', 'abc')).toBe('grades.abc.csv.gz');
    expect(archiveName('grades', 'abc')).toBe('grades.abc');
  });

  it('of a batch are the same each time', () => {
    const config = (changes: object) =>
      fileConfig.parse({
        provider: 'local',
        path: 'out',
        direction: 'export',
        format: 'ndjson',
        ...changes,
      }) as FileExportConfig;
    expect(exportName(config({}), 'id')).toBe('lyceum-id.ndjson');
    expect(exportName(config({ compression: 'gzip' }), 'id')).toBe('lyceum-id.ndjson.gz');
    expect(exportName(config({ name: 'grades {batchId}.txt' }), '$&')).toBe('grades $&.txt');
  });
});
