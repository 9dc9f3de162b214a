import { createHash } from 'node:crypto';
import type { PulledRecord, RejectedInput } from '../connector.js';
import { SyncFailure } from '../sync-failure.js';
import { valueAtPath } from './json-path.js';
import type { PullSettings } from './pull-settings.js';
import { higherOf, watermarkIn, type Watermark } from './watermark.policy.js';

const maxKeyChars = 500;
const maxExcerptChars = 2000;
/** Beyond it a page of small items would hold up the whole process. */
const maxItems = 100_000;

/** What one answer held. */
export interface PageContent {
  records: PulledRecord[];
  rejected: RejectedInput[];
  /** With what was rejected. */
  count: number;
  /** The highest watermark on the page. */
  highest: Watermark | null;
}

/**
 * Finds the records of an answer.
 *
 * @param page the address and number of the page, for the positions of what is rejected
 * @throws SyncFailure when there is no list where they should be
 */
export function readPage(body: unknown, settings: PullSettings, page: string): PageContent {
  const list = valueAtPath(body, settings.recordsPath);
  if (!Array.isArray(list)) {
    const found = list === undefined ? 'nothing' : list === null ? 'null' : `a value of type ${typeof list}`;
    const message = `There is ${found} at ${settings.recordsPath} of the answer, where the list of records should be; correct pull.recordsPath`;
    throw new SyncFailure('configuration', message);
  }
  if (list.length > maxItems) {
    const message = `The answer has ${list.length} items where at most ${maxItems} can be read at once; ask for smaller pages`;
    throw new SyncFailure('configuration', message);
  }
  const content: PageContent = { records: [], rejected: [], count: list.length, highest: null };
  for (const [index, item] of list.entries()) {
    const read = readRecord(item, settings);
    if ('reason' in read) {
      content.rejected.push({ ...rejected(item, `${page}, item ${index + 1}`), reason: read.reason });
      continue;
    }
    content.records.push(read);
    const mark = settings.watermark && watermarkIn(valueAtPath(read.data, settings.watermark.field));
    if (mark !== undefined) content.highest = higherOf(content.highest, mark);
  }
  return content;
}

/** Another thing at the same place, in a later run, has another position. */
function rejected(item: unknown, place: string): Omit<RejectedInput, 'reason'> {
  const text = JSON.stringify(item) ?? '';
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 8);
  return { position: `${place} (${digest})`, excerpt: text.slice(0, maxExcerptChars) };
}

function readRecord(item: unknown, { keyField, deletedField }: PullSettings): PulledRecord | { reason: string } {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return { reason: 'it is not an object' };
  const fields = Array.isArray(keyField) ? keyField : [keyField];
  const parts = fields.map((field) => valueAtPath(item, field));
  const missing = fields.find((_, index) => !isKeyPart(parts[index]));
  if (missing !== undefined) return { reason: `it has no text or number at ${missing} that can be its key` };
  const key = parts.length === 1 ? String(parts[0]) : JSON.stringify(parts.map(String));
  if (key.length > maxKeyChars) return { reason: `its key has more than ${maxKeyChars} characters` };
  const isDeleted = deletedField !== undefined && isSet(valueAtPath(item, deletedField));
  return { key, data: item as Record<string, unknown>, ...(isDeleted && { isDeleted }) };
}

/** Whole numbers beyond 2^53 have lost their last digits when they are read: different records would get the same key. */
function isKeyPart(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isInteger(value) || Number.isSafeInteger(value);
  return typeof value === 'boolean' || (typeof value === 'string' && value !== '');
}

function isSet(value: unknown): boolean {
  return !(
    value === undefined ||
    value === null ||
    value === false ||
    value === 0 ||
    value === '' ||
    value === 'false'
  );
}
