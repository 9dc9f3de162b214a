/** Where a page of records begins: behind this one. */
export interface RecordPosition {
  key: string;
  /** With all its digits; only where records are in the order of their changes. */
  changedAt?: string | undefined;
}

/** A position as callers keep it. */
export function writeCursor({ key, changedAt }: RecordPosition): string {
  return Buffer.from(JSON.stringify([key, ...(changedAt === undefined ? [] : [changedAt])])).toString('base64url');
}

const timestamp = /^\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?[+-]\d\d(:?\d\d)?$/;

/** @returns undefined for what was not written by {@link writeCursor} */
export function readCursor(cursor: string): RecordPosition | undefined {
  try {
    const parsed = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown;
    if (!Array.isArray(parsed) || parsed.length < 1 || parsed.length > 2) return undefined;
    const [key, changedAt] = parsed as unknown[];
    if (typeof key !== 'string' || key.includes('\0')) return undefined;
    if (changedAt === undefined) return { key };
    return typeof changedAt === 'string' && timestamp.test(changedAt) ? { key, changedAt } : undefined;
  } catch {
    return undefined;
  }
}
