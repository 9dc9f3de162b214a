import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type { Connection, ConnectionOptions, SslOptions } from 'mysql2';
import type { Row } from './database-rows.policy.js';
import {
  answeredInTime,
  connectTimeoutMs,
  graceMs,
  tlsOptionsOf,
  type DatabaseSession,
  type RowPage,
  type SessionOptions,
  type TableFacts,
} from './database-session.js';
import { SyncFailure } from '../sync-failure.js';
import { exactNumbersOf, readMysqlRow, type MysqlField } from './mysql-values.policy.js';
import { ReceiveLimit } from './receive-limit.js';
import { mysqlDialect, type Statement } from './sql-dialect.policy.js';

/** Rows that come in while nobody takes them; they count to the page before. */
const maxRowsAhead = 100;

export class MysqlSession implements DatabaseSession {
  readonly dialect = mysqlDialect;
  #version = '';
  #isBusy = false;

  private constructor(
    private readonly connection: Connection,
    private readonly limit: ReceiveLimit,
    private readonly options: SessionOptions,
  ) {}

  static async open(options: SessionOptions): Promise<MysqlSession> {
    const { connection, limit } = await connect(options);
    const session = new MysqlSession(connection, limit, options);
    try {
      const [row] = await session.run({ sql: 'SELECT VERSION() AS version', values: [] });
      session.#version = String(row?.['version']).includes('MariaDB')
        ? `MariaDB ${String(row?.['version'])}`
        : `MySQL ${String(row?.['version'])}`;
      // Times are the same everywhere, values that do not fit are errors, and pauses between pages are no reason to hang up.
      await session.run({
        sql: "SET time_zone = '+00:00', sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES'), net_write_timeout = 3600",
        values: [],
      });
    } catch (error) {
      session.connection.destroy();
      throw error;
    }
    return session;
  }

  get version(): string {
    return this.#version;
  }

  async begin(isReadOnly: boolean): Promise<void> {
    await this.#query(isReadOnly ? 'START TRANSACTION READ ONLY' : 'START TRANSACTION');
  }

  commit(): Promise<void> {
    return this.#query('COMMIT');
  }

  rollback(): Promise<void> {
    return this.#query('ROLLBACK');
  }

  async run({ sql, values }: Statement): Promise<Row[]> {
    const [rows] = await this.#answered(() => this.connection.promise().execute(sql, values));
    return Array.isArray(rows) ? (rows as Row[]) : [];
  }

  /** Streams one result; while nobody takes rows the server waits. Its time limit would count that too, so the clock is ours. */
  async *pages({ sql, values }: Statement, size: number): AsyncGenerator<RowPage, void, void> {
    const query = this.connection.execute(sql, values);
    let exactNumbers: ReadonlySet<string> = new Set();
    query.on('fields', (fields: unknown) => {
      exactNumbers = exactNumbersOf(fields as MysqlField[]);
    });
    this.#isBusy = true;
    const stream: Readable = query.stream({ highWaterMark: Math.min(size, maxRowsAhead) });
    const rows = stream[Symbol.asyncIterator]() as AsyncIterableIterator<Row>;
    for (let isOver = false; !isOver;) {
      const page = await this.#answered(() => takeRows(rows, size), true);
      isOver = page.length < size;
      if (isOver) this.#isBusy = false;
      if (page.length > 0) yield { rows: page, exactNumbers };
    }
  }

  async factsOf(table: string, keyColumns: readonly string[]): Promise<TableFacts> {
    const [name = '', schema] = table.split('.').toReversed();
    const where = 'table_schema = COALESCE(?, DATABASE()) AND table_name = ?';
    const values = [schema ?? null, name];
    const times = await this.run({
      sql: `SELECT column_name AS name FROM information_schema.columns
        WHERE ${where} AND data_type IN ('datetime', 'timestamp')`,
      values,
    });
    const indexes = await this.run({
      sql: `SELECT GROUP_CONCAT(column_name SEPARATOR ',') AS names FROM information_schema.statistics
        WHERE ${where} AND non_unique = 0 GROUP BY index_name`,
      values,
    });
    const wanted = keyColumns.map((column) => column.toLowerCase()).toSorted();
    return {
      timeColumns: new Set(times.map((row) => String(row['name']))),
      hasUniqueIndex: indexes.some(
        (row) => String(row['names']).toLowerCase().split(',').toSorted().join() === wanted.join(),
      ),
    };
  }

  async close(): Promise<void> {
    if (this.#isBusy) await this.#killQuery().catch(() => undefined);
    else await answeredInTime(this.connection.promise().end(), graceMs).catch(() => undefined);
    this.connection.destroy();
  }

  /** A server sorts on for hours when only the connection is gone. */
  async #killQuery(): Promise<void> {
    const { threadId } = this.connection;
    const { connection: other } = await connect(this.options);
    try {
      await answeredInTime(other.promise().query(`KILL QUERY ${threadId}`), graceMs);
    } finally {
      other.destroy();
    }
  }

  async #query(sql: string): Promise<void> {
    await this.#answered(() => this.connection.promise().query(sql));
  }

  async #answered<T>(answer: () => Promise<T>, staysBusy = false): Promise<T> {
    this.#isBusy = true;
    try {
      const result = await this.limit.within(() => answeredInTime(answer(), this.options.config.timeout));
      this.#isBusy = staysBusy;
      return result;
    } catch (error) {
      // Only when it took too long or was too much does the server still work on it.
      this.#isBusy = error instanceof SyncFailure;
      throw error;
    }
  }
}

async function takeRows(rows: AsyncIterator<Row>, size: number): Promise<Row[]> {
  const page: Row[] = [];
  while (page.length < size) {
    const next = await rows.next();
    if (next.done === true) break;
    page.push(readMysqlRow(next.value));
  }
  return page;
}

async function connect({
  config,
  user,
  password,
  openSocket,
}: SessionOptions): Promise<{ connection: Connection; limit: ReceiveLimit }> {
  const { createConnection } = await import('mysql2');
  const socket = await openSocket();
  const tls = tlsOptionsOf(config);
  const options: ConnectionOptions = {
    host: config.host,
    port: config.port ?? 3306,
    user,
    password,
    database: config.database,
    stream: socket,
    // A server may otherwise ask for files of this machine.
    flags: ['-LOCAL_FILES'],
    multipleStatements: false,
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    // Names of columns come from outside: no code is made of them.
    disableEval: true,
    connectTimeout: connectTimeoutMs,
    ...(tls !== undefined && { ssl: { ...tls, verifyIdentity: config.tls === 'verify' } as SslOptions }),
  };
  const connection = createConnection(options);
  const limit = new ReceiveLimit(socket);
  // What breaks while nothing is asked shows at the next question.
  connection.on('error', () => undefined);
  try {
    await limit.within(() => answeredInTime(once(connection, 'connect'), connectTimeoutMs));
  } catch (error) {
    connection.destroy();
    throw error;
  }
  return { connection, limit };
}
