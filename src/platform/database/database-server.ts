import path from 'node:path';
import type { AppConfig } from '../config/app-config.js';
import { startEmbeddedPostgres } from './embedded-postgres/embedded-postgres.js';

/** The Postgres this process works on. */
export interface DatabaseServer {
  /** Connection string; holds a password, so never printed. */
  url: string;
  /** For people: which server, where. */
  description: string;
  notes: string[];
  /** Stops the embedded server; does nothing to an external one. */
  stop(): Promise<void>;
}

/**
 * The operator's Postgres when `DATABASE_URL` is set, else the embedded one, started on `DATA_DIR`.
 *
 * @param onExit called when the embedded server ends without being asked to
 * @throws AppError `embedded-postgres.*` when it cannot be started, with what to do
 */
export async function openDatabaseServer(config: AppConfig, onExit: () => void): Promise<DatabaseServer> {
  if (config.database.url !== undefined) {
    const { host, pathname } = new URL(config.database.url);
    return {
      url: config.database.url,
      description: `PostgreSQL at ${host}${pathname}`,
      notes: [],
      stop: () => Promise.resolve(),
    };
  }
  const embedded = await startEmbeddedPostgres({
    dataDirectory: config.dataDirectory,
    onExit,
    log: (message) => process.stdout.write(`${message}\n`),
  });
  return {
    url: embedded.connectionString,
    description: `embedded PostgreSQL in ${path.resolve(embedded.dataDirectory)}`,
    notes: embedded.notes,
    stop: () => embedded.stop(),
  };
}
