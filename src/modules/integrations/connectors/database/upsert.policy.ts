import type { OutgoingItem, RefusedItem } from '../connector.js';
import { valueAt } from '../../filters/value-path.policy.js';
import type { DatabasePushConfig } from './database-config.js';
import type { TableFacts } from './database-session.js';
import { mysqlTime } from './mysql-values.policy.js';
import { Binder, quoteTable, type SqlDialect, type SqlValue, type Statement } from './sql-dialect.policy.js';

/** An item as a row of the table. */
export interface TableRow {
  item: OutgoingItem;
  /** In the order of `columnsOf`. */
  values: SqlValue[];
  /** In the order of the key columns. */
  key: SqlValue[];
}

/** The columns that are written, the mark of deletion included. */
export function columnsOf({ columns, onDelete }: DatabasePushConfig): string[] {
  return [...Object.values(columns), ...(typeof onDelete === 'object' ? [onDelete.mark] : [])];
}

/**
 * Makes rows of items. Of items with the same key only the last counts: it is what the others would have come to, and no statement
 * may touch a row twice.
 */
export function rowsOf(
  items: readonly OutgoingItem[],
  config: DatabasePushConfig,
  facts: TableFacts,
): { upserts: TableRow[]; deletions: TableRow[]; refused: RefusedItem[] } {
  const byKey = new Map<string, TableRow>();
  const refused: RefusedItem[] = [];
  const paths = Object.entries(config.columns);
  for (const item of items) {
    const valueOf = (path: string, column: string): SqlValue => {
      const value = valueAt(item.data, path.split('.'));
      // A record that is gone may have left nothing but its key.
      const isKey = config.keyColumns.length === 1 && config.keyColumns[0] === column;
      return sqlValue(value === undefined && item.isDeleted && isKey ? item.key : value, facts.timeColumns.has(column));
    };
    const values = paths.map(([path, column]) => valueOf(path, column));
    const key = config.keyColumns.map((column) => values[paths.findIndex(([, each]) => each === column)] ?? null);
    const missing = config.keyColumns.find((_, index) => key[index] === null);
    if (missing !== undefined) {
      refused.push({ key: item.key, reason: `It has no value for the key column ${missing}`, isRetryable: false });
      continue;
    }
    const text = JSON.stringify(key);
    byKey.delete(text);
    byKey.set(text, { item, key, values: typeof config.onDelete === 'object' ? [...values, false] : values });
  }
  const rows = [...byKey.values()];
  return {
    upserts: rows.filter(({ item }) => !item.isDeleted),
    deletions: config.onDelete === 'ignore' ? [] : rows.filter(({ item }) => item.isDeleted),
    refused,
  };
}

function sqlValue(value: unknown, isTime: boolean): SqlValue {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return isTime ? mysqlTime(value) : value;
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  return JSON.stringify(value);
}

/** Postgres takes at most 65 535 values in a statement. */
const maxValues = 30_000;

/** How many rows fit into one statement. */
export function rowsPerStatement(config: DatabasePushConfig): number {
  return Math.max(1, Math.floor(maxValues / columnsOf(config).length));
}

/** Inserts rows or, where their keys are known, replaces what they say. */
export function upsertOf(rows: readonly TableRow[], config: DatabasePushConfig, dialect: SqlDialect): Statement {
  const { quote } = dialect;
  const binder = new Binder(dialect);
  const columns = columnsOf(config);
  const tuples = rows.map(
    ({ values }) => `(${values.map((value) => binder.bind(toDialect(value, dialect))).join(', ')})`,
  );
  const changed = columns.filter((column) => !config.keyColumns.includes(column));
  const insert = `INSERT INTO ${quoteTable(config.table, dialect)} (${columns.map(quote).join(', ')}) VALUES ${tuples.join(', ')}`;
  if (dialect.engine === 'mysql') {
    const [first = ''] = config.keyColumns;
    const updates = (changed.length > 0 ? changed : [first]).map((name) => `${quote(name)} = VALUES(${quote(name)})`);
    return { sql: `${insert} ON DUPLICATE KEY UPDATE ${updates.join(', ')}`, values: binder.values };
  }
  const updates = changed.map((name) => `${quote(name)} = EXCLUDED.${quote(name)}`);
  const action = updates.length > 0 ? `UPDATE SET ${updates.join(', ')}` : 'NOTHING';
  return {
    sql: `${insert} ON CONFLICT (${config.keyColumns.map(quote).join(', ')}) DO ${action}`,
    values: binder.values,
  };
}

/** Deletes rows by their keys, or marks them. */
export function deletionOf(rows: readonly TableRow[], config: DatabasePushConfig, dialect: SqlDialect): Statement {
  const { quote } = dialect;
  const binder = new Binder(dialect);
  const table = quoteTable(config.table, dialect);
  const mark = typeof config.onDelete === 'object' ? config.onDelete.mark : undefined;
  const change =
    mark === undefined
      ? `DELETE FROM ${table}`
      : `UPDATE ${table} SET ${quote(mark)} = ${binder.bind(toDialect(true, dialect))}`;
  const matches = rows.map(({ key }) => {
    const parts = config.keyColumns.map(
      (column, index) => `${quote(column)} = ${binder.bind(toDialect(key[index] ?? null, dialect))}`,
    );
    return `(${parts.join(' AND ')})`;
  });
  return { sql: `${change} WHERE ${matches.join(' OR ')}`, values: binder.values };
}

/** MySQL has no booleans, and takes a whole number that comes as text without a detour through floating-point. */
function toDialect(value: SqlValue, { engine }: SqlDialect): SqlValue {
  if (engine === 'postgresql' || typeof value === 'string' || value === null) return value;
  return typeof value === 'boolean' ? Number(value) : Number.isInteger(value) ? value.toFixed(0) : value;
}
