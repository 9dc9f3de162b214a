import { Readable } from 'node:stream';
import { csvRows } from './csv-rows.js';

async function read(text: string): Promise<unknown[]> {
  const rows: unknown[] = [];
  for await (const row of csvRows(Readable.from([Buffer.from(text)]), { delimiter: ',', columns: undefined })) {
    rows.push(row);
  }
  return rows;
}

const names = (count: number) => Array.from({ length: count }, (_, index) => `column-${index}`);

describe('csvRows', () => {
  it('takes a header of 1000 columns, and none of more', async () => {
    await expect(read(`${names(1000).join(',')}\n`)).resolves.toEqual([]);
    await expect(read(`${names(1001).join(',')}\n`)).rejects.toMatchObject({
      kind: 'source',
      message: 'Its first line does not name the columns: it has more than 1000 of them',
    });
  });

  it.each([
    ['a,b,a\n', '"a" is there twice'],
    ['a,,b\n', 'column 2 has no name'],
  ])('refuses the header %j', async (text, problem) => {
    await expect(read(text)).rejects.toThrow(`Its first line does not name the columns: ${problem}`);
  });
});
