import { gunzipSync, gzipSync } from 'node:zlib';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { hasSftpServer } from '../support/sftp-server.js';
import { StoreRobot, type PullResult } from './store-robot.js';
import { LocalFolder, S3Folder, SftpFolder, type Folder } from './file-folders.js';

const csv = (from: number, to: number): string =>
  `id,name\n${Array.from({ length: to - from + 1 }, (_, index) => `${from + index},Student ${from + index}\n`).join('')}`;
const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => String(from + index));

/** What holds wherever files are. */
function describeFiles(start: () => Promise<Folder>): void {
  let app: TestApp;
  let robot: StoreRobot;
  let folder: Folder;
  beforeAll(async () => {
    folder = await start();
    app = await startTestApp(folder instanceof LocalFolder ? { FILES_ROOT: folder.filesRoot } : {});
    robot = new StoreRobot(app, 'file');
  });
  afterAll(async () => {
    await app.stop();
    await folder.stop();
  });

  let count = 0;
  /** Each test has files of its own, by the beginning of their names. */
  const prefix = (): string => {
    count += 1;
    return `t${count}-`;
  };
  const define = (config: object) => {
    const definition = folder.definition();
    return { ...definition, config: { ...definition.config, ...config } };
  };
  const importing = (own: string, config: object = {}) =>
    robot.create(
      define({ direction: 'import', format: 'csv', pattern: `${own}*`, keyFields: ['id'], batchSize: 10, ...config }),
    );
  const exporting = (config: object = {}) => robot.create(define({ direction: 'export', format: 'ndjson', ...config }));
  const namesWith = async (own: string) => (await folder.names()).filter((name) => name.includes(own));

  it('imports the files that fit, in the order of their names, page by page', async () => {
    const own = prefix();
    await folder.put(`${own}b.csv`, csv(26, 30));
    await folder.put(`${own}a.csv`, csv(1, 25));
    await folder.put(`other-${own}c.csv`, csv(100, 100));
    const { pages, keys, summary } = await robot.pull(await importing(own));
    expect(pages.map(({ records }) => records.length)).toEqual([10, 10, 5, 5]);
    expect(keys).toEqual(numbers(1, 30));
    expect(pages[0]?.records[0]?.data).toEqual({ id: '1', name: 'Student 1' });
    expect(summary.isFull).toBe(false);
  });

  it('does not import a file again that is as it was, and does so when it is not', async () => {
    const own = prefix();
    await folder.put(`${own}a.csv`, csv(1, 3));
    await folder.put(`${own}b.csv`, csv(4, 6));
    const integration = await importing(own);
    const { summary } = await robot.pull(integration);
    const again = await robot.pull(integration, { checkpoint: summary.checkpoint });
    expect([again.pages, again.summary]).toEqual([[], summary]);
    await folder.put(`${own}a.csv`, csv(1, 4));
    await folder.put(`${own}c.csv`, csv(7, 7));
    expect((await robot.pull(integration, { checkpoint: summary.checkpoint })).keys).toEqual([...numbers(1, 4), '7']);
  });

  it.each(['keep', 'archive', 'delete'])(
    'loses and repeats nothing when it ends after any page, and then has it %s',
    async (after) => {
      const own = prefix();
      const integration = await importing(own, { after, pattern: `${own}*.csv` });
      const put = async () => {
        await folder.put(`${own}a.csv`, csv(1, 25));
        await folder.put(`${own}b.csv`, csv(26, 45));
      };
      for (let pagesBefore = 1; pagesBefore <= 5; pagesBefore += 1) {
        await put();
        const generator = robot.start(integration);
        const keys: string[] = [];
        let checkpoint = null;
        for (let page = 0; page < pagesBefore; page += 1) {
          const { value } = await generator.next();
          if (!('records' in value)) throw new Error('It ended too early');
          keys.push(...value.records.map(({ key }) => key));
          checkpoint = JSON.parse(JSON.stringify(value.checkpoint));
        }
        // The page is committed, and then the process is killed: nothing behind the yield happens.
        const rest: PullResult = await robot.pull(integration, { checkpoint, isResumed: true });
        expect([...keys, ...rest.keys]).toEqual(numbers(1, 45));
        const left = (await namesWith(own)).filter((name) => !name.startsWith('archive/'));
        expect(left).toEqual(after === 'keep' ? [`${own}a.csv`, `${own}b.csv`] : []);
        await generator.return({ checkpoint: null, isFull: false });
      }
      const archived = (await namesWith(own)).filter((name) => name.startsWith('archive/'));
      expect(archived.length > 0).toBe(after === 'archive');
      for (const name of archived) expect(name).toMatch(/^archive\/t\d+-[ab]\.[0-9a-f]{16}\.csv$/);
    },
  );

  it('begins a file anew that another one has taken the place of', async () => {
    const own = prefix();
    const integration = await importing(own);
    await folder.put(`${own}a.csv`, csv(1, 25));
    const generator = robot.start(integration);
    const { value } = await generator.next();
    await generator.return({ checkpoint: null, isFull: false });
    await folder.put(`${own}a.csv`, csv(51, 75));
    const { checkpoint } = value as { checkpoint: null };
    expect((await robot.pull(integration, { checkpoint, isResumed: true })).keys).toEqual(numbers(51, 75));
  });

  it('says so when a file changes while it is read', async () => {
    const own = prefix();
    const integration = await importing(own);
    await folder.put(`${own}a.csv`, csv(1, 25));
    const generator = robot.start(integration);
    await generator.next();
    await folder.put(`${own}a.csv`, csv(1, 26));
    const rest = async () => {
      while ((await generator.next()).done !== true);
    };
    await expect(rest()).rejects.toMatchObject({ kind: 'source', message: expect.stringContaining('changed while') });
  });

  it('counts records as gone only when the whole snapshot was read without a fault', async () => {
    const own = prefix();
    const integration = await importing(own, { mode: 'snapshot' });
    const run = async (checkpoint: PullResult['summary']['checkpoint']) => {
      const { keys, summary } = await robot.pull(integration, { checkpoint });
      return { keys, isFull: summary.isFull, checkpoint: summary.checkpoint };
    };
    const nothing = await run(null);
    expect([nothing.keys, nothing.isFull]).toEqual([[], false]);
    await folder.put(`${own}a.csv`, csv(1, 3));
    await folder.put(`${own}b.csv`, csv(4, 5));
    const first = await run(nothing.checkpoint);
    expect([first.keys, first.isFull]).toEqual([numbers(1, 5), true]);
    const unchanged = await run(first.checkpoint);
    expect([unchanged.keys, unchanged.isFull]).toEqual([[], false]);
    await folder.put(`${own}a.csv`, csv(2, 3));
    const changed = await run(unchanged.checkpoint);
    expect([changed.keys, changed.isFull]).toEqual([numbers(2, 5), true]);
    await folder.put(`${own}a.csv`, 'id,name\n2\n3,x\n');
    const faulty = await run(changed.checkpoint);
    expect([faulty.keys, faulty.isFull]).toEqual([['3', '4', '5'], false]);
  });

  it('reads gzip', async () => {
    const own = prefix();
    await folder.put(`${own}a.csv.gz`, gzipSync(csv(1, 2000)));
    const { keys } = await robot.pull(await importing(own, { compression: 'gzip', batchSize: 1000 }));
    expect(keys).toEqual(numbers(1, 2000));
  });

  it('writes a batch as one file, and the same one again', async () => {
    const own = prefix();
    const id = crypto.randomUUID();
    const items = [
      { key: '1', data: { id: 1, name: 'Ä' } },
      { key: '2', data: { id: 2 }, isDeleted: true },
    ];
    const integration = await exporting({ name: `${own}{batchId}.ndjson` });
    for (let time = 1; time <= 2; time += 1) {
      expect(await robot.push(integration, items, id)).toEqual({ refused: [] });
      expect(await namesWith(own)).toEqual([`${own}${id}.ndjson`]);
      expect((await folder.get(`${own}${id}.ndjson`)).toString()).toBe(
        '{"id":1,"name":"Ä"}\n{"id":2,"isDeleted":true}\n',
      );
    }
    const packed = await exporting({ name: `${own}{batchId}.json.gz`, format: 'json', compression: 'gzip' });
    await robot.push(packed, items, id);
    expect(JSON.parse(gunzipSync(await folder.get(`${own}${id}.json.gz`)).toString())).toEqual([
      { id: 1, name: 'Ä' },
      { id: 2, isDeleted: true },
    ]);
    const { file } = (await robot.send(integration, { a: 1 })) as { file: string };
    expect((await folder.get(file)).toString()).toBe('{"a":1}\n');
  });

  it('writes CSV that no spreadsheet runs', async () => {
    const own = prefix();
    const columns = [
      { header: 'id', path: '$key' },
      { header: 'name', path: 'person.name' },
      { header: 'deleted', path: '$isDeleted' },
    ];
    const integration = await exporting({ name: `${own}{batchId}.csv`, format: 'csv', columns });
    const id = crypto.randomUUID();
    await robot.push(
      integration,
      [
        { key: '1', data: { person: { name: `=HYPERLINK("http://evil")` } } },
        { key: '2', data: { person: { name: '@SUM(1)' } }, isDeleted: true },
        { key: '3', data: { person: { name: 'a, "b"\nc' } } },
      ],
      id,
    );
    expect((await folder.get(`${own}${id}.csv`)).toString()).toBe(
      `id,name,deleted\n1,"'=HYPERLINK(""http://evil"")",false\n2,'@SUM(1),true\n3,"a, ""b""\nc",false\n`,
    );
  });

  it('tests by listing, and writes nothing', async () => {
    const own = prefix();
    await folder.put(`${own}a.csv`, csv(1, 1));
    const before = await folder.names();
    expect((await robot.test(await importing(own)))[0]?.did).toMatch(
      /^Listed \d+ files in .*, of which 1 fit the pattern/,
    );
    expect((await robot.test(await exporting()))[0]?.did).toContain('writing was not tried');
    expect(await folder.names()).toEqual(before);
  });

  it('says when there is no such folder', async () => {
    const integration = await robot.create(
      define({
        direction: 'import',
        format: 'csv',
        path: folder instanceof S3Folder ? 'in' : 'nowhere',
        ...(folder instanceof S3Folder && { bucket: 'nowhere' }),
      }),
    );
    await expect(robot.pull(integration)).rejects.toMatchObject({ kind: 'configuration' });
  });

  it('ends when it is cancelled', async () => {
    const own = prefix();
    await folder.put(`${own}a.csv`, csv(1, 5000));
    const cancelling = new AbortController();
    const generator = robot.start(await importing(own), { signal: cancelling.signal });
    await generator.next();
    cancelling.abort(new Error('cancelled'));
    const rest = async () => {
      while ((await generator.next()).done !== true);
    };
    await expect(rest()).rejects.toThrow('cancelled');
  });
}

describe('files on this machine', () => describeFiles(() => Promise.resolve(new LocalFolder())));
describe('files on S3', () => describeFiles(() => S3Folder.start()));
(hasSftpServer ? describe : describe.skip)('files on SFTP', () => describeFiles(() => SftpFolder.start()));
