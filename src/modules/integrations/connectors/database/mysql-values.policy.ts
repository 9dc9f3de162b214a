import type { Row } from './database-rows.policy.js';

/** Types of columns by the number that the protocol has for them. */
const wholeOrDecimal = new Set([0, 1, 2, 3, 8, 9, 13, 246]);

export interface MysqlField {
  name: string;
  columnType?: number;
}

/** Columns that hold whole or decimal numbers, whose digits are text when they are many. */
export function exactNumbersOf(fields: readonly MysqlField[]): Set<string> {
  return new Set(fields.filter(({ columnType }) => wholeOrDecimal.has(columnType ?? -1)).map(({ name }) => name));
}

/** What JSON can hold: BIGINT, DECIMAL and times are text by the settings of the driver, bytes become base64. */
export function readMysqlRow(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, Buffer.isBuffer(value) ? value.toString('base64') : value]),
  );
}

const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/;

/** A time of RFC 3339 as a DATETIME or TIMESTAMP column takes it, in UTC; everything else as it is. */
export function mysqlTime(text: string): string {
  if (!isoTime.test(text)) return text;
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? text : time.toISOString().replace('T', ' ').replace('Z', '');
}
