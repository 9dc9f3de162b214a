import { gzipSync } from 'node:zlib';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { StoreRobot } from './store-robot.js';
import { LocalFolder } from './file-folders.js';

describe('the formats of imported files', () => {
  const folder = new LocalFolder();
  let app: TestApp;
  let robot: StoreRobot;
  beforeAll(async () => {
    app = await startTestApp({ FILES_ROOT: folder.filesRoot });
    robot = new StoreRobot(app, 'file');
  });
  afterAll(async () => {
    await app.stop();
    await folder.stop();
  });

  let count = 0;
  const read = async (config: object, content: string | Buffer) => {
    count += 1;
    const name = `f${count}`;
    await folder.put(name, content);
    const integration = await robot.create({
      ...folder.definition(),
      config: { provider: 'local', path: 'in', direction: 'import', pattern: name, keyFields: ['id'], ...config },
    });
    const { pages, keys } = await robot.pull(integration);
    return {
      keys,
      data: pages.flatMap(({ records }) => records.map((record) => record.data)),
      rejected: pages
        .flatMap((page) => page.rejected ?? [])
        .map((each) => ({ ...each, position: each.position.replace(name, 'f') })),
    };
  };

  it('takes good rows of CSV and keeps bad ones with their line', async () => {
    const { data, rejected } = await read(
      { format: 'csv', delimiter: ';' },
      '\uFEFFid;name\r\n1;"a; ""b"""\r\n2\r\n\r\n3;c;d\r\n4;"ok"x\r\n;nobody\r\n5;"two\r\nlines"\r\n6;nul\0\r\n7;Ä😀\r\n',
    );
    expect(data).toEqual([
      { id: '1', name: 'a; "b"' },
      { id: '4', name: '"ok"x' },
      { id: '5', name: 'two\r\nlines' },
      { id: '7', name: 'Ä😀' },
    ]);
    expect(rejected).toEqual([
      { position: 'f, line 3', reason: 'It has 1 columns instead of 2', excerpt: '2' },
      { position: 'f, line 5', reason: 'It has 3 columns instead of 2', excerpt: '3;c;d' },
      { position: 'f, line 7', reason: 'It has nothing in the key field id', excerpt: '{"id":"","name":"nobody"}' },
      { position: 'f, line 10', reason: expect.stringContaining('U+0000'), excerpt: expect.stringContaining('nul') },
    ]);
  });

  it('takes names from the configuration when CSV has none', async () => {
    const { data } = await read({ format: 'csv', columns: ['id', 'name'] }, '1,a\n2,b');
    expect(data).toEqual([
      { id: '1', name: 'a' },
      { id: '2', name: 'b' },
    ]);
  });

  it.each([
    ['id,id\n1,2\n', /"id" is there twice/],
    ['id,\n1,2\n', /column 2 has no name/],
    ['id,name\n1,"never closed\n2,b\n', /no CSV that can be read on/],
    [`id,name\n1,"${'x'.repeat(1_100_000)}"\n`, /no CSV that can be read on/],
  ])('says when CSV cannot be told apart: %#', async (content, message) => {
    await expect(read({ format: 'csv' }, content)).rejects.toMatchObject({
      kind: 'source',
      message: expect.stringMatching(message),
    });
  });

  it('takes members for columns whatever they are called', async () => {
    const { data } = await read({ format: 'csv' }, 'id,__proto__,constructor\n1,x,y\n');
    expect(Object.entries(data[0] ?? {})).toEqual([
      ['id', '1'],
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
  });

  it('takes good lines of NDJSON and keeps bad ones', async () => {
    const lines = [
      '\uFEFF{"id": 1}',
      '{"id": 2',
      '',
      '[3]',
      '{"name": "no id"}',
      `{"id": 6, "text": "${'x'.repeat(1_100_000)}"}`,
      '{"id": "\\ud800"}',
      '{"id": 8, "deep": {"a": [1, "\\u0000"]}}',
      '{"id": 9}',
    ].join('\n');
    const { keys, rejected } = await read(
      { format: 'ndjson' },
      Buffer.concat([Buffer.from(`${lines}\n`), Buffer.from([0xff, 0x7b, 0x0a])]),
    );
    expect(keys).toEqual(['1', '9']);
    expect(rejected.map(({ position, reason }) => [position, reason.slice(0, 17)])).toEqual([
      ['f, line 2', 'It is no JSON: Ex'],
      ['f, line 4', 'It is no JSON obj'],
      ['f, line 5', 'It has nothing in'],
      ['f, line 6', 'It is longer than'],
      ['f, line 7', 'It has a characte'],
      ['f, line 8', 'It has a characte'],
      ['f, line 10', 'It is not UTF-8'],
    ]);
    for (const { excerpt } of rejected) expect(excerpt.length).toBeLessThanOrEqual(2000);
  });

  it('reads an array of JSON, wherever it stands', async () => {
    const records = [{ id: 1 }, 'no object', { id: 2, nested: { list: [1.5, true, null, 'é'] } }];
    expect(await read({ format: 'json' }, JSON.stringify(records))).toEqual({
      keys: ['1', '2'],
      data: [records[0], records[2]],
      rejected: [{ position: 'f, record 2', reason: 'It is no JSON object', excerpt: '"no object"' }],
    });
    const nested = JSON.stringify({ meta: { data: [9] }, data: { students: records } });
    expect((await read({ format: 'json', recordsPath: 'data.students' }, nested)).keys).toEqual(['1', '2']);
  });

  it.each([
    ['[{"id": 1}, {"id": 2}', /behind 2 records/],
    ['[{"id": 1}, {"id": tru}]', /behind 1 records/],
    ['{"id": 1}', /no JSON that can be read on/],
    [`[{"id": 1, "text": "${'x'.repeat(4_000_000)}"}]`, /longer than/],
    ['<html>', /no JSON that can be read on/],
  ])('says when JSON cannot be read on: %#', async (content, message) => {
    await expect(read({ format: 'json' }, content)).rejects.toMatchObject({
      kind: 'source',
      message: expect.stringMatching(message),
    });
  });

  it('does not unpack without end, and says when gzip is broken', async () => {
    const bomb = gzipSync(Buffer.from(`{"id": 1, "text": "${'x'.repeat(1000)}"}\n`.repeat(10_000)));
    await expect(
      read({ format: 'ndjson', compression: 'gzip', maxUncompressedBytes: 1_000_000 }, bomb),
    ).rejects.toMatchObject({ kind: 'source', message: expect.stringContaining('config.maxUncompressedBytes') });
    for (const broken of [bomb.subarray(0, bomb.length / 2), Buffer.from('{"id": 1}\n')]) {
      await expect(read({ format: 'ndjson', compression: 'gzip' }, broken)).rejects.toMatchObject({
        kind: 'source',
        message: expect.stringContaining('gzip'),
      });
    }
  });

  it('knows records by several fields, by paths, or by all that they say', async () => {
    const content = '{"id": 1, "of": {"module": "m"}}\n{"id": 1, "of": {"module": "n"}}\n';
    expect((await read({ format: 'ndjson', keyFields: ['id', 'of.module'] }, content)).keys).toEqual([
      '["1","m"]',
      '["1","n"]',
    ]);
    const { keys } = await read({ format: 'ndjson', keyFields: undefined }, content + content);
    expect([keys.length, new Set(keys).size, keys[0]?.length]).toEqual([4, 2, 32]);
  });

  it('reads an empty file as no records', async () => {
    for (const [format, content] of [
      ['csv', ''],
      ['csv', 'id,name\n'],
      ['ndjson', ''],
      ['json', '[]'],
    ] as const) {
      expect(await read({ format }, content)).toEqual({ keys: [], data: [], rejected: [] });
    }
  });
});
