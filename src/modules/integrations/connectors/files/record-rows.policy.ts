import { createHash } from 'node:crypto';
import type { PulledRecord, RejectedInput } from '../connector.js';
import { valueAt } from '../../filters/value-path.policy.js';
import { keyText } from '../record-key.policy.js';
import { storageProblem } from '../storable.policy.js';
import type { FileImportConfig } from './file-config.js';
import { maxExcerptChars, type FileRow } from './rows/file-row.js';

/** A row as a record, or as what is kept for repair. */
export function readRow(
  row: FileRow,
  file: string,
  { format, keyFields }: FileImportConfig,
): { record: PulledRecord } | { rejected: RejectedInput } {
  const position = `${file}, ${format === 'json' ? 'record' : 'line'} ${row.at}`;
  const reject = (reason: string, excerpt: string) => ({
    rejected: { position, reason, excerpt: excerpt.replaceAll('\0', '\uFFFD') },
  });
  if ('reason' in row) return reject(row.reason, row.excerpt);
  const excerpt = (): string => JSON.stringify(row.data).slice(0, maxExcerptChars);
  const problem = storageProblem(row.data);
  if (problem !== undefined) return reject(problem, excerpt());
  if (keyFields === undefined) return { record: { key: digestOf(row.data), data: row.data } };
  const values = keyFields.map((field) => fieldOf(row.data, field));
  const missing = keyFields.find(
    (_, index) => values[index] === undefined || values[index] === null || values[index] === '',
  );
  if (missing !== undefined) return reject(`It has nothing in the key field ${missing}`, excerpt());
  return { record: { key: keyText(values), data: row.data } };
}

/** A name with dots may be one member, as the columns of CSV are, or a path. */
function fieldOf(data: Record<string, unknown>, field: string): unknown {
  return Object.hasOwn(data, field) ? data[field] : valueAt(data, field.split('.'));
}

/** Of all that the record says: the same record is the same one again, and a changed one another. */
function digestOf(data: Record<string, unknown>): string {
  return createHash('sha256').update(JSON.stringify(data)).digest('hex').slice(0, 32);
}
