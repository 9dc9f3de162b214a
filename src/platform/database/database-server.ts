import type { AppConfig } from '../config/app-config.js';
import type { DatabaseUse } from './database-use.js';
import { startEmbeddedPostgres } from './embedded-postgres/embedded-postgres.js';
import { findRunningPostgres } from './embedded-postgres/running-postgres.js';

/** The Postgres this process works on. */
export interface DatabaseServer {
  /** Connection string; holds a password, so never printed. */
  url: string;
  /** For people: which server, where. */
  description: string;
  notes: string[];
  use: DatabaseUse;
  /** Stops the embedded server; does nothing to an external one. */
  stop(): Promise<void>;
}

export interface DatabaseServerOptions {
  /** Called with its last words when the embedded server ends without being asked to. */
  onExit?: (lastLines: string[]) => void;
  /** Use the embedded server of a Lyceum that already runs on the same `DATA_DIR`, instead of refusing to start a second one. */
  joinRunning?: boolean;
}

/**
 * The operator's Postgres when `DATABASE_URL` is set, else the embedded one, started on `DATA_DIR`.
 *
 * @throws AppError `embedded-postgres.*` when it cannot be started, with what to do
 */
export async function openDatabaseServer(
  config: AppConfig,
  options: DatabaseServerOptions = {},
): Promise<DatabaseServer> {
  if (config.database.url !== undefined) {
    const { host, pathname } = new URL(config.database.url);
    return external(config.database.url, `PostgreSQL at ${host}${pathname}`, 'shared');
  }
  if (options.joinRunning === true) {
    const running = await findRunningPostgres(config.dataDirectory);
    if (running !== undefined) return external(running, 'the embedded PostgreSQL of a running Lyceum', 'beside');
  }
  const embedded = await startEmbeddedPostgres({
    dataDirectory: config.dataDirectory,
    onExit: ({ lastLines }) => options.onExit?.(lastLines),
    log: (message) => process.stdout.write(`${message}\n`),
  });
  return {
    url: embedded.connectionString,
    description: `embedded PostgreSQL, data in ${embedded.clusterDirectory}, log in ${embedded.logFile}`,
    notes: embedded.notes,
    use: 'alone',
    stop: () => embedded.stop(),
  };
}

function external(url: string, description: string, use: DatabaseUse): DatabaseServer {
  return { url, description, use, notes: [], stop: () => Promise.resolve() };
}
