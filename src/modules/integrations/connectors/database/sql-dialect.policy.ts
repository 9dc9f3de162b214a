/** What PostgreSQL and MySQL write differently. */
export interface SqlDialect {
  engine: 'postgresql' | 'mysql';
  quote: (name: string) => string;
  /** The place of the `position`th value, counted from 1. */
  placeholder: (position: number) => string;
  /** Whether one value can stand in several places. */
  canRepeatPlaceholders: boolean;
}

const quotedBy = (mark: string) => (name: string) => `${mark}${name.replaceAll(mark, mark + mark)}${mark}`;

export const postgresDialect: SqlDialect = {
  engine: 'postgresql',
  quote: quotedBy('"'),
  placeholder: (position) => `$${position}`,
  canRepeatPlaceholders: true,
};

export const mysqlDialect: SqlDialect = {
  engine: 'mysql',
  quote: quotedBy('`'),
  placeholder: () => '?',
  canRepeatPlaceholders: false,
};

/** A table, with its schema if that is named. */
export function quoteTable(table: string, { quote }: SqlDialect): string {
  return table.split('.').map(quote).join('.');
}

/** A statement with the values that are bound to it. */
export interface Statement {
  sql: string;
  values: SqlValue[];
}

export type SqlValue = string | number | boolean | null;

/** Collects the values of a statement while that is put together. */
export class Binder {
  readonly values: SqlValue[];

  /** @param bound values that stand before all others */
  constructor(
    private readonly dialect: SqlDialect,
    bound: readonly SqlValue[] = [],
  ) {
    this.values = [...bound];
  }

  /** @returns the placeholder of the value */
  bind(value: SqlValue): string {
    this.values.push(value);
    return this.dialect.placeholder(this.values.length);
  }
}
