import type { Socket } from 'node:net';
import { Client, type QueryConfig } from 'pg';
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
import { postgresParser } from './postgres-values.policy.js';
import { ReceiveLimit } from './receive-limit.js';
import { postgresDialect, type Statement } from './sql-dialect.policy.js';

const noNumbers: ReadonlySet<string> = new Set();

export class PostgresSession implements DatabaseSession {
  readonly dialect = postgresDialect;
  #version = '';

  private constructor(
    private readonly client: Client,
    private readonly socket: Socket,
    private readonly limit: ReceiveLimit,
    private readonly timeoutMs: number,
  ) {}

  static async open({ config, user, password, openSocket }: SessionOptions): Promise<PostgresSession> {
    const socket = await openSocket();
    const client = new Client({
      host: config.host,
      port: config.port ?? 5432,
      user,
      // A function, because the driver takes other passwords from its environment when there is none.
      password: () => Promise.resolve(password),
      database: config.database,
      ssl: tlsOptionsOf(config) ?? false,
      stream: () => connected(socket),
      application_name: 'lyceum',
      // Set for all that follows: UTC and ISO make times exact and the same everywhere.
      options: '-c timezone=UTC -c datestyle=ISO -c intervalstyle=iso_8601',
      types: { getTypeParser: (oid: number) => postgresParser(oid) as never },
    });
    // What breaks while nothing is asked shows at the next question.
    client.on('error', () => undefined);
    const limit = new ReceiveLimit(socket);
    const session = new PostgresSession(client, socket, limit, config.timeout);
    try {
      await limit.within(() => answeredInTime(client.connect(), connectTimeoutMs, () => socket.destroy()));
      const [row] = await session.run({ sql: 'SHOW server_version', values: [] });
      session.#version = `PostgreSQL ${String(row?.['server_version'])}`;
    } catch (error) {
      socket.destroy();
      throw error;
    }
    return session;
  }

  get version(): string {
    return this.#version;
  }

  async begin(isReadOnly: boolean): Promise<void> {
    await this.#query({ sql: isReadOnly ? 'BEGIN READ ONLY' : 'BEGIN', values: [] });
    await this.#query({ sql: `SET LOCAL statement_timeout = ${this.timeoutMs}`, values: [] });
    // So that a row which breaks a constraint is found by its own statement and not at the end.
    await this.#query({ sql: 'SET CONSTRAINTS ALL IMMEDIATE', values: [] });
  }

  async commit(): Promise<void> {
    await this.#query({ sql: 'COMMIT', values: [] });
  }

  async rollback(): Promise<void> {
    await this.#query({ sql: 'ROLLBACK', values: [] });
  }

  run(statement: Statement): Promise<Row[]> {
    return this.#query(statement);
  }

  /**
   * By a cursor of SQL and not of the protocol: the server's time limit then holds for each `FETCH` and not for all of them and the
   * pauses between them.
   */
  async *pages({ sql, values }: Statement, size: number): AsyncGenerator<RowPage, void, void> {
    await this.#query({ sql: `DECLARE lyceum_pull NO SCROLL CURSOR FOR ${sql}`, values });
    for (;;) {
      const rows = await this.#query({ sql: `FETCH FORWARD ${size} FROM lyceum_pull`, values: [] });
      if (rows.length === 0) return;
      yield { rows, exactNumbers: noNumbers };
      if (rows.length < size) return;
    }
  }

  /** `ON CONFLICT` itself insists on a unique index, and times are understood in every form. */
  factsOf(): Promise<TableFacts> {
    return Promise.resolve({ timeColumns: noNumbers, hasUniqueIndex: true });
  }

  async close(): Promise<void> {
    // Not awaited for long: the peer may be gone.
    await answeredInTime(this.client.end(), graceMs, () => this.socket.destroy()).catch(() => undefined);
    this.socket.destroy();
  }

  async #query({ sql, values }: Statement): Promise<Row[]> {
    // The simple protocol, which the driver prefers without values, would take several commands: the query could end our transaction.
    const query: QueryConfig & { queryMode: 'extended' } = { text: sql, values, queryMode: 'extended' };
    const { rows } = await this.limit.within(() =>
      answeredInTime(this.client.query<Row>(query), this.timeoutMs + graceMs, () => this.socket.destroy()),
    );
    return rows;
  }
}

/** A connected socket for a driver that wants to connect it itself. */
function connected(socket: Socket): Socket {
  const already = (): Socket => {
    setImmediate(() => socket.emit('connect'));
    return socket;
  };
  return Object.assign(socket, { connect: already });
}
