import { createHash } from 'node:crypto';
import type { PulledRecord, RejectedInput } from '../connector.js';
import { keyText } from '../record-key.policy.js';
import { storageProblem } from '../storable.policy.js';
import type { DatabasePullConfig } from './database-config.js';
import { orderOf, type Place, type PlaceValue } from './pull-query.policy.js';

/** A row by column, as JSON can hold it. */
export type Row = Record<string, unknown>;

const maxExcerptChars = 2000;

/** Sorts the rows of a page into records and what has no key or cannot be stored. */
export function readRows(
  rows: readonly Row[],
  { keyColumns }: DatabasePullConfig,
): { records: PulledRecord[]; rejected: RejectedInput[] } {
  const records: PulledRecord[] = [];
  const rejected: RejectedInput[] = [];
  for (const row of rows) {
    const without = keyColumns.find((column) => row[column] === null || row[column] === undefined);
    const problem = without === undefined ? storageProblem(row) : `The key column ${without} is null`;
    if (problem === undefined) records.push({ key: keyText(keyColumns.map((column) => row[column])), data: row });
    else rejected.push(reject(row, problem));
  }
  return { records, rejected };
}

/** Where it stands is its content: the order of a result is no place that lasts. */
function reject(row: Row, reason: string): RejectedInput {
  const text = JSON.stringify(row);
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 16);
  return { position: `row ${digest}`, reason, excerpt: text.slice(0, maxExcerptChars) };
}

/**
 * The place of the last row that has one.
 *
 * @param exactNumbers columns whose text is the digits of a number
 */
export function placeOfLast(
  rows: readonly Row[],
  config: DatabasePullConfig,
  exactNumbers: ReadonlySet<string>,
): Place | undefined {
  const by = orderOf(config);
  const last = rows.findLast((row) => by.every((column) => isOrderable(row[column])));
  if (last === undefined) return undefined;
  return { by, at: by.map((column) => placeValue(last[column], exactNumbers.has(column))) };
}

function isOrderable(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function placeValue(value: unknown, isExact: boolean): PlaceValue {
  if (isExact) return { digits: String(value) };
  return typeof value === 'number' ? value : String(value);
}
