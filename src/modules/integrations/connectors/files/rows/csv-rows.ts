import type { Readable } from 'node:stream';
import { parse, type CsvError, type InfoRecord } from 'csv-parse';
import { SyncFailure } from '../../sync-failure.js';
import { maxExcerptChars, maxRecordBytes, type FileRow, type UnreadableRow } from './file-row.js';

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
 * Reads CSV (RFC 4180). A row with too many or too few columns, or with quotes out of place, is unreadable; the rows behind it are not.
 *
 * @throws SyncFailure when the names of the columns do not tell them apart, or a quote is never closed
 */
export async function* csvRows(source: Readable, { delimiter, columns }: CsvForm): AsyncGenerator<FileRow, void, void> {
  const skipped: UnreadableRow[] = [];
  const parser = parse({
    delimiter,
    bom: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: maxRecordBytes,
    on_skip: (error, raw) => {
      if (error !== undefined) skipped.push(unreadable(error, raw));
    },
  });
  source.on('error', (error) => parser.destroy(error)).pipe(parser);
  let names = columns;
  try {
    for await (const { record, info } of parser as AsyncIterable<ParsedLine>) {
      // The parser runs ahead; what it skipped before this row comes before it, however the bytes came in.
      while ((skipped[0]?.at ?? Infinity) < info.lines) yield skipped.shift() as UnreadableRow;
      if (names === undefined) {
        names = headerOf(record);
        continue;
      }
      yield rowOf(record, names, info.lines, delimiter);
    }
  } catch (error) {
    throw isCsvError(error) ? new SyncFailure('source', `It is no CSV that can be read on: ${error.message}`) : error;
  }
  yield* skipped;
}

function rowOf(record: string[], names: readonly string[], at: number, delimiter: string): FileRow {
  if (record.length !== names.length) {
    const reason = `It has ${record.length} columns instead of ${names.length}`;
    return { at, reason, excerpt: record.join(delimiter).slice(0, maxExcerptChars) };
  }
  return { at, data: Object.fromEntries(names.map((name, index) => [name, record[index]])) };
}

function headerOf(record: string[]): string[] {
  const names = record.map((name) => name.trim());
  const problem = names.includes('')
    ? `column ${names.indexOf('') + 1} has no name`
    : names.filter((name, index) => names.indexOf(name) !== index).map((name) => `"${name}" is there twice`)[0];
  if (problem !== undefined) throw new SyncFailure('source', `Its first line does not name the columns: ${problem}`);
  return names;
}

function unreadable(error: CsvError, raw: string | undefined): UnreadableRow {
  const record = Array.isArray(error['record']) ? (error['record'] as string[]).join() : '';
  return { at: Number(error['lines'] ?? 0), reason: error.message, excerpt: (raw ?? record).slice(0, maxExcerptChars) };
}

function isCsvError(error: unknown): error is CsvError {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('CSV_');
}
