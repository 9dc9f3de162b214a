import { isNestedDeeperThan } from '../../../platform/http/json-nesting.policy.js';
import type { PulledPage, PulledRecord, RejectedInput } from '../connectors/connector.js';

/** A page as it can be stored. */
export interface StorablePage {
  /** For each key what the page said last: the record, and the text of its data. */
  records: Map<string, { record: PulledRecord; json: string }>;
  rejected: RejectedInput[];
}

const maxKeyChars = 512;
const maxRecordChars = 1_048_576;
/** Far below what Postgres can take, and more than anybody means. */
const maxNesting = 100;
const maxTextChars = 2000;

/** What Postgres refuses in a jsonb: U+0000, and halves of surrogate pairs. */
const unstorable = /\\u(0000|d[89a-f])/;

/** Sorts out what cannot be stored: it is rejected, so that it does not keep the rest out. Of records with the same key the last counts. */
export function storablePage({ records, rejected = [] }: PulledPage): StorablePage {
  const storable: StorablePage = { records: new Map(), rejected: [] };
  const places = new Map<string, RejectedInput>(rejected.map((input) => [input.position, input]));
  for (const record of records) {
    const stored = storableRecord(record);
    if ('reason' in stored) {
      const position = `record ${shown(record.key)}`;
      places.set(position, { position, reason: stored.reason, excerpt: stored.excerpt });
    } else {
      storable.records.set(stored.key, { record: { ...record, key: stored.key }, json: stored.json });
    }
  }
  storable.rejected = [...places.values()].map(({ position, reason, excerpt }) => ({
    position: storableText(position),
    reason: storableText(reason),
    excerpt: storableText(excerpt),
  }));
  return storable;
}

function storableRecord({
  key,
  data,
}: {
  key: unknown;
  data: unknown;
}): { key: string; json: string } | { reason: string; excerpt: string } {
  if (typeof key !== 'string' || key === '' || key.length > maxKeyChars) {
    return { reason: `The key must be a text of 1 to ${maxKeyChars} characters`, excerpt: shown(data) };
  }
  if (key.includes('\0') || !isWellFormed(key)) {
    return { reason: 'The key has characters that cannot be stored', excerpt: shown(data) };
  }
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    return { reason: 'The record must be an object', excerpt: shown(data) };
  }
  const json = jsonOf(data);
  if (json === undefined) return { reason: 'The record is no JSON, or is nested too deeply', excerpt: '' };
  if (json.length > maxRecordChars) {
    return { reason: `The record must have at most ${maxRecordChars} characters`, excerpt: json };
  }
  if (isNestedDeeperThan(json, maxNesting)) {
    return { reason: `The record must not be nested more than ${maxNesting} deep`, excerpt: json };
  }
  return { key, json: unstorable.test(json) ? (jsonOf(data, replaceUnstorable) ?? '{}') : json };
}

function jsonOf(
  value: unknown,
  replacer?: (this: unknown, key: string, value: unknown) => unknown,
): string | undefined {
  try {
    return JSON.stringify(value, replacer);
  } catch {
    return undefined;
  }
}

function replaceUnstorable(this: unknown, _: string, value: unknown): unknown {
  if (typeof value === 'string') return clean(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [clean(name), member]));
}

/** With U+FFFD in the place of what cannot be stored. */
function clean(text: string): string {
  return Buffer.from(text.replaceAll('\0', '\uFFFD'), 'utf8').toString('utf8');
}

function storableText(text: string): string {
  return clean(text.slice(0, maxTextChars));
}

function isWellFormed(text: string): boolean {
  return clean(text) === text;
}

function shown(value: unknown): string {
  return (typeof value === 'string' ? value : (jsonOf(value) ?? '')).slice(0, maxTextChars);
}
