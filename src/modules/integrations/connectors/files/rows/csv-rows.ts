import type { Readable } from 'node:stream';
import { parse, type CsvError, type InfoRecord } from 'csv-parse';
import { SyncFailure } from '../../sync-failure.js';
import { maxExcerptChars, maxRecordBytes, type FileRow, type ReadRow, type UnreadableRow } from './file-row.js';

/** As many as the configuration may name. */
const maxColumns = 1000;

interface CsvForm {
  delimiter: string;
  /** The names of the columns, when the first line does not tell them. */
  columns: string[] | undefined;
}

/** What the parser gives with `info`. */
interface ParsedLine {
  record: string[];
  info: InfoRecord;
}

/**
 * Reads CSV (RFC 4180). A row with too many or too few columns is unreadable; the rows behind it are not. A quote out of place is text.
 *
 * @throws SyncFailure when the names of the columns do not tell them apart, or a quote is never closed
 */
export async function* csvRows(source: Readable, { delimiter, columns }: CsvForm): AsyncGenerator<FileRow, void, void> {
  const parser = parse({
    delimiter,
    bom: true,
    info: true,
    relax_column_count: true,
    // The parser does not find back into step behind a broken quote: skipping such a row would lose good ones.
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: maxRecordBytes,
  });
  source.on('error', (error) => parser.destroy(error)).pipe(parser);
  let names = columns;
  let countedTwice = 0;
  let bytesOfNames = lengthOf(columns ?? []);
  try {
    for await (const { record, info } of parser as AsyncIterable<ParsedLine>) {
      // The parser counts a line break of two characters inside quotes as two.
      for (const field of record) countedTwice += field.split('\r\n').length - 1;
      if (names === undefined) {
        names = headerOf(record);
        bytesOfNames = lengthOf(names);
      } else {
        const place = { at: info.lines - countedTwice, bytes: bytesOfNames + lengthOf(record) };
        yield { ...place, ...rowOf(record, names, delimiter) };
      }
    }
  } catch (error) {
    throw isCsvError(error) ? new SyncFailure('source', `It is no CSV that can be read on: ${error.message}`) : error;
  }
}

function rowOf(
  record: string[],
  names: readonly string[],
  delimiter: string,
): Pick<ReadRow, 'data'> | Pick<UnreadableRow, 'reason' | 'excerpt'> {
  if (record.length !== names.length) {
    const reason = `It has ${record.length} columns instead of ${names.length}`;
    return { reason, excerpt: record.join(delimiter).slice(0, maxExcerptChars) };
  }
  return { data: Object.fromEntries(names.map((name, index) => [name, record[index]])) };
}

function lengthOf(texts: readonly string[]): number {
  return texts.reduce((length, text) => length + text.length, 0);
}

function headerOf(record: string[]): string[] {
  const names = record.map((name) => name.trim());
  const problem = headerProblem(names);
  if (problem !== undefined) throw new SyncFailure('source', `Its first line does not name the columns: ${problem}`);
  return names;
}

function headerProblem(names: readonly string[]): string | undefined {
  if (names.length > maxColumns) return `it has more than ${maxColumns} of them`;
  const seen = new Set<string>();
  for (const [index, name] of names.entries()) {
    if (name === '') return `column ${index + 1} has no name`;
    if (seen.has(name)) return `"${name.slice(0, 200)}" is there twice`;
    seen.add(name);
  }
  return undefined;
}

function isCsvError(error: unknown): error is CsvError {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('CSV_');
}
