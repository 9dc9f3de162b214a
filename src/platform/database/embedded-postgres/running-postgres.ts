import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Client } from 'pg';
import * as cluster from './cluster.js';
import { ignoring } from './file-facts.js';
import { passwordFileOf } from './password.js';
import { recordFileOf } from './place.js';
import { findProcess } from './process-table.js';
import { isPostgresOf } from './process.policy.js';

/** The line of `postmaster.pid` that holds the port, counted from 0. */
const portLine = 3;

/**
 * The connection string of the embedded PostgreSQL that a running Lyceum has started for this data directory, for commands that
 * work beside it; undefined when none answers.
 */
export async function findRunningPostgres(dataDirectory: string): Promise<string | undefined> {
  const record = await ignoring('ENOENT', readFile(recordFileOf(dataDirectory), 'utf8'));
  const password = await ignoring('ENOENT', readFile(passwordFileOf(dataDirectory), 'utf8'));
  if (record === undefined || password === undefined) return undefined;
  const { clusterDirectory } = JSON.parse(record) as { clusterDirectory: string };
  const pidFile = await ignoring('ENOENT', readFile(path.join(clusterDirectory, 'postmaster.pid'), 'utf8'));
  const port = Number(pidFile?.split('\n')[portLine]);
  const server = findProcess(Number.parseInt(pidFile ?? '', 10));
  // After a crash somebody else may listen there by now, waiting for our password.
  if (!(port > 0) || !server || !isPostgresOf(clusterDirectory, server)) return undefined;
  const url = `postgres://${cluster.roleName}:${password.trim()}@127.0.0.1:${port}/${cluster.databaseName}`;
  return (await answers(url)) ? url : undefined;
}

async function answers(connectionString: string): Promise<boolean> {
  const client = new Client({ connectionString, connectionTimeoutMillis: 2000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
