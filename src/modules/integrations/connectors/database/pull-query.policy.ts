import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../connector.js';
import type { DatabasePullConfig } from './database-config.js';
import { Binder, type SqlDialect, type Statement } from './sql-dialect.policy.js';

/**
 * A value of a column as a checkpoint keeps it and as it can be compared with that column again: text, a floating-point number, or
 * the digits of a whole or decimal number, which MySQL would compare as floating-point if it got them as text.
 */
export type PlaceValue = string | number | { digits: string };

/** How far the query was read: the values of the columns that it is ordered by, at the last row that was seen. */
export interface Place {
  /** The columns; a place that was saved for others says nothing. */
  by: string[];
  at: PlaceValue[];
}

/** The order of a pass: by the watermark, and by the key among rows with the same one. */
export function orderOf({ watermarkColumn, keyColumns }: DatabasePullConfig): string[] {
  return watermarkColumn === undefined
    ? keyColumns
    : [watermarkColumn, ...keyColumns.filter((column) => column !== watermarkColumn)];
}

/**
 * The place to go on from: at the last row of an interrupted pass, or at the watermark that the last pass reached. Undefined for a
 * pass from the beginning, which every pass without a watermark is.
 */
export function placeOf(config: DatabasePullConfig, checkpoint: Json, isResumed: boolean): Place | undefined {
  if (!isPlace(checkpoint)) return undefined;
  const order = orderOf(config);
  const isWatermarkOnly = checkpoint.by.length === 1 && checkpoint.by[0] === config.watermarkColumn;
  const isInside = isResumed && isDeepStrictEqual(checkpoint.by, order);
  return isWatermarkOnly || isInside ? checkpoint : undefined;
}

function isPlace(checkpoint: Json): checkpoint is Place & { [member: string]: Json } {
  if (typeof checkpoint !== 'object' || checkpoint === null || Array.isArray(checkpoint)) return false;
  const { by, at } = checkpoint;
  return Array.isArray(by) && Array.isArray(at) && by.length === at.length && at.every(isPlaceValue);
}

function isPlaceValue(value: Json): boolean {
  if (typeof value === 'string' || typeof value === 'number') return true;
  return typeof value === 'object' && value !== null && !Array.isArray(value) && typeof value['digits'] === 'string';
}

/**
 * Wraps the query, so that its text is never changed: it keeps its own parameters, and the watermark is bound behind them. Rows at
 * the place itself are read again, because others may have come in with the same watermark.
 */
export function planPull(config: DatabasePullConfig, place: Place | undefined, dialect: SqlDialect): Statement {
  const column = (name: string): string => `q.${dialect.quote(name)}`;
  const binder = new Binder(dialect, config.parameters);
  const conditions: string[] = [];
  // What has no watermark is before and after everything; it cannot be told whether it is new.
  if (config.watermarkColumn !== undefined) conditions.push(`${column(config.watermarkColumn)} IS NOT NULL`);
  if (place !== undefined) conditions.push(...atOrAfter(place, column, binder, dialect));
  const where = conditions.length === 0 ? '' : `\nWHERE ${conditions.join(' AND ')}`;
  const order = orderOf(config).map(column).join(', ');
  const query = config.query.trim().replace(/;$/, '');
  // On lines of its own, in case it ends with a comment.
  return { sql: `SELECT * FROM (\n${query}\n) AS q${where}\nORDER BY ${order}`, values: binder.values };
}

/** `a >= 1 AND (a > 1 OR (b > 2 OR (b = 2 AND c >= 3)))`: what is first lets an index on the first column be used. */
function atOrAfter({ by, at }: Place, column: (name: string) => string, binder: Binder, dialect: SqlDialect): string[] {
  const compare = (index: number): ((operator: string) => string) => {
    const name = column(by[index] as string);
    const value = at[index] as PlaceValue;
    const bind = (): string =>
      typeof value === 'object' ? `CAST(${binder.bind(value.digits)} AS DECIMAL(65, 30))` : binder.bind(value);
    const shared = dialect.canRepeatPlaceholders ? bind() : undefined;
    return (operator) => `${name} ${operator} ${shared ?? bind()}`;
  };
  const from = (index: number): string => {
    const is = compare(index);
    if (index === by.length - 1) return is('>=');
    return `(${is('>')} OR (${is('=')} AND ${from(index + 1)}))`;
  };
  return by.length === 1 ? [from(0)] : [compare(0)('>='), from(0)];
}
