import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '../../src/platform/database/embedded-postgres/embedded-postgres.js';

/** A database for one run: on the server of `DATABASE_URL`, or on an embedded one with its usual, durable settings. */
export class BenchDatabase {
  private constructor(
    readonly url: string,
    readonly client: Client,
    private readonly remove: () => Promise<void>,
  ) {}

  static async create(directory: string): Promise<BenchDatabase> {
    const given = process.env['DATABASE_URL'];
    const embedded =
      given === undefined
        ? await startEmbeddedPostgres({ dataDirectory: path.join(directory, 'postgres'), log: () => undefined })
        : undefined;
    const serverUrl = given ?? embedded?.connectionString ?? '';
    const name = `lyceum_bench_${randomBytes(4).toString('hex')}`;
    await onServer(serverUrl, `CREATE DATABASE ${name}`);
    const url = new URL(serverUrl);
    url.pathname = `/${name}`;
    const client = new Client({ connectionString: url.href });
    await client.connect();
    return new BenchDatabase(url.href, client, async () => {
      // Without FORCE: that fails while autovacuum, which belongs to a superuser, is at work there; this ends it, and waits.
      await onServer(serverUrl, `DROP DATABASE ${name}`);
      await embedded?.discard();
    });
  }

  async drop(): Promise<void> {
    await this.client.end();
    await this.remove();
  }
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
