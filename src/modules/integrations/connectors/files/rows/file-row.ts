/** What stands at one place of a file: a record, or something that is none. */
export type FileRow = ReadRow | UnreadableRow;

interface Place {
  /** Line or number of the record; grows through the file, and is the same whenever it is read. */
  at: number;
  /** About how much there is of it, with the names of its columns; bounds what is in memory together. */
  bytes: number;
}

export interface ReadRow extends Place {
  data: Record<string, unknown>;
}

export interface UnreadableRow extends Place {
  reason: string;
  /** Its beginning. */
  excerpt: string;
}

/** A record, line or string beyond this is not what the file is said to be; it bounds what is in memory. */
export const maxRecordBytes = 1_048_576;

export const maxExcerptChars = 2000;
