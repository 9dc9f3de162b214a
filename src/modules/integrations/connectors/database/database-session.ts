import type { Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type { DatabaseConfig } from './database-config.js';
import type { Row } from './database-rows.policy.js';
import { databaseTimedOut } from './database-failure.policy.js';
import type { SqlDialect, Statement } from './sql-dialect.policy.js';

/** Rows that were read together. */
export interface RowPage {
  rows: Row[];
  /** Columns whose values are text with the digits of a number that a floating-point one cannot hold. */
  exactNumbers: ReadonlySet<string>;
}

/** What the table of a push is like, as far as the dialect needs it. */
export interface TableFacts {
  /** Columns that hold a date with a time. */
  timeColumns: ReadonlySet<string>;
  hasUniqueIndex: boolean;
}

/** One connection to a database; whatever goes wrong is thrown as the driver says it. */
export interface DatabaseSession {
  readonly dialect: SqlDialect;
  /** What the server calls itself. */
  readonly version: string;
  begin(isReadOnly: boolean): Promise<void>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
  run(statement: Statement): Promise<Row[]>;
  /** Streams the result of a query; the server is asked for more only when the next page is. */
  pages(statement: Statement, size: number): AsyncGenerator<RowPage, void, void>;
  /** What the dialect has to know of a table to write into it. */
  factsOf(table: string, keyColumns: readonly string[]): Promise<TableFacts>;
  /** Ends the connection, and what still runs on it. */
  close(): Promise<void>;
}

export interface SessionOptions {
  config: DatabaseConfig;
  user: string;
  password: string;
  /** Opens a connection to the configured host that the guard has judged. */
  openSocket: () => Promise<Socket>;
}

/** For a connection, and for being let in. */
export const connectTimeoutMs = 15_000;

/** How the connection is encrypted; undefined for not at all. */
export function tlsOptionsOf({ tls, certificateAuthority }: DatabaseConfig): ConnectionOptions | undefined {
  if (tls === 'disable') return undefined;
  return {
    rejectUnauthorized: tls === 'verify',
    minVersion: 'TLSv1.2',
    ...(certificateAuthority !== undefined && { ca: certificateAuthority }),
  };
}

/** More than a server that ends a statement itself needs to say so, or than a connection needs to end. */
export const graceMs = 5000;

/** @throws SyncFailure when the answer does not come in time; `giveUp` then ends the connection */
export async function answeredInTime<T>(
  answer: Promise<T>,
  timeoutMs: number,
  giveUp: () => void = () => undefined,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(databaseTimedOut(timeoutMs));
      giveUp();
    }, timeoutMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
