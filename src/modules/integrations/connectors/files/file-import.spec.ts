import { Readable } from 'node:stream';
import type { PulledPage } from '../connector.js';
import { fileConfig, type FileImportConfig } from './file-config.js';
import { FileImport } from './file-import.js';
import type { FileStore, StoredFile } from './stores/file-store.js';

/** A folder with one file. */
function storeOf(content: string): FileStore {
  const file: StoredFile = { name: 'f', size: content.length, version: '1' };
  const store: Partial<FileStore> = {
    place: 'memory',
    async *list() {
      yield file;
    },
    stat: () => Promise.resolve(file),
    read: () => Promise.resolve(Readable.from(chunksOf(content))),
  };
  return store as FileStore;
}

function* chunksOf(content: string): Generator<Buffer, void, void> {
  for (let at = 0; at < content.length; at += 65_536) yield Buffer.from(content.slice(at, at + 65_536));
}

async function rowsPerPage(content: string, config: object): Promise<number[]> {
  const parsed = fileConfig.parse({ provider: 'local', path: 'in', direction: 'import', ...config });
  const context = { checkpoint: null, isResumed: false, signal: new AbortController().signal };
  const pages: PulledPage[] = [];
  for await (const page of new FileImport(storeOf(content), parsed as FileImportConfig, context).pages()) {
    pages.push(page);
  }
  return pages.map(({ records, rejected = [] }) => records.length + rejected.length);
}

/** Four of them are less than 4 MiB, five are more. */
const large = 'x'.repeat(1_000_000);
const rows = (row: (id: number) => string) => Array.from({ length: 6 }, (_, id) => row(id));

describe('FileImport', () => {
  it.each([
    ['objects', rows((id) => `{"id":${id},"text":"${large}"}\n`).join('')],
    ['other lines', rows((id) => `${id} is no JSON ${large}\n`).join('')],
  ])('begins another page before 4 MiB of %s', async (_, content) => {
    await expect(rowsPerPage(content, { format: 'ndjson' })).resolves.toEqual([4, 2]);
  });

  it('begins another page at about 4 MiB of json', async () => {
    const records = Array.from({ length: 300 }, (_, id) => `{"id":${id},"text":"${'x'.repeat(20_000)}"}`);
    const counts = await rowsPerPage(`[${records.join(',')}]`, { format: 'json' });
    expect(counts).toHaveLength(2);
    // The parser reads in chunks and a little ahead.
    expect(counts[0]).toBeGreaterThan(150);
    expect(counts[0]).toBeLessThan(250);
  });

  it('takes large records of json for what they are', async () => {
    const records = Array.from({ length: 15 }, (_, id) => `{"id":${id},"text":"${'x'.repeat(400_000)}"}`);
    const counts = await rowsPerPage(`[${records.join(',')}]`, { format: 'json' });
    expect(counts).toHaveLength(2);
  });

  it('counts the names of the columns with each row, since each record has them', async () => {
    const names = Array.from({ length: 1000 }, (_, index) => `${'n'.repeat(200)}${index}`);
    const content = `${names.join(',')}\n${`${','.repeat(999)}\n`.repeat(25)}`;
    await expect(rowsPerPage(content, { format: 'csv' })).resolves.toEqual([20, 5]);
  });

  it('has as many rows in a page as is configured when they are small', async () => {
    await expect(rowsPerPage('id\n1\n2\n3\n', { format: 'csv', batchSize: 2 })).resolves.toEqual([2, 1]);
  });
});
