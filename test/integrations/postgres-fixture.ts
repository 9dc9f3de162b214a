import { Client } from 'pg';
import { createTestDatabase } from '../support/test-database.js';

type TestDatabase = Awaited<ReturnType<typeof createTestDatabase>>;

/** A database of somebody else, with students to read and grades to write, and definitions that lead there. */
export class PostgresFixture {
  private constructor(
    private readonly database: TestDatabase,
    readonly client: Client,
  ) {}

  static async start(): Promise<PostgresFixture> {
    const database = await createTestDatabase();
    const client = new Client({ connectionString: database.url });
    await client.connect();
    await client.query(`
      CREATE TABLE students (id bigint PRIMARY KEY, name text, changed timestamptz);
      INSERT INTO students SELECT n, 'Student ' || n, '2026-01-01'::timestamptz + n / 10 * interval '1 microsecond'
        FROM generate_series(1, 95) n;
      CREATE TABLE grades (
        student integer, module text, grade integer CHECK (grade BETWEEN 0 AND 100), note jsonb,
        gone boolean NOT NULL DEFAULT false, PRIMARY KEY (student, module));
      CREATE TABLE secrets (id integer PRIMARY KEY);
      REVOKE ALL ON secrets FROM CURRENT_USER;`);
    return new PostgresFixture(database, client);
  }

  get password(): string {
    return decodeURIComponent(new URL(this.database.url).password);
  }

  pulling(config: object = {}) {
    return {
      ...this.credentials(),
      config: {
        ...this.#place(),
        direction: 'pull',
        query: 'SELECT id, name, changed FROM students -- all of them',
        keyColumns: ['id'],
        batchSize: 20,
        ...config,
      },
    };
  }

  pushing(config: object = {}) {
    return {
      ...this.credentials(),
      config: {
        ...this.#place(),
        direction: 'push',
        table: 'public.grades',
        columns: { 'student.id': 'student', module: 'module', grade: 'grade', note: 'note' },
        keyColumns: ['student', 'module'],
        ...config,
      },
    };
  }

  credentials() {
    const username = decodeURIComponent(new URL(this.database.url).username);
    return { authType: 'basic', authConfig: { username, password: this.password } };
  }

  async stop(): Promise<void> {
    await this.client.end();
    await this.database.drop();
  }

  #place() {
    const { hostname, port, pathname } = new URL(this.database.url);
    return { engine: 'postgresql', host: hostname, port: Number(port), database: pathname.slice(1), tls: 'disable' };
  }
}
