import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp } from '../../src/create-app.js';
import { AppConfig } from '../../src/platform/config/app-config.js';
import { createTestDatabase } from './test-database.js';

export interface TestApp {
  /** For example `http://127.0.0.1:41234`. */
  url: string;
  app: NestFastifyApplication;
  config: AppConfig;
  databaseUrl: string;
  adminSecret: string;
  /** Calls the application over real HTTP; a body that is no string is sent as JSON. */
  request(method: string, path: string, options?: TestRequest): Promise<TestResponse>;
  stop(): Promise<void>;
}

export interface TestRequest {
  body?: unknown;
  headers?: Record<string, string>;
  /** Sent as `Authorization: Bearer …`. */
  token?: string;
  /** Sends `x-admin-secret`. */
  asAdmin?: boolean;
}

export interface TestResponse {
  status: number;
  headers: Headers;
  text: string;
  // eslint-disable-next-line typescript/no-explicit-any -- tests look into bodies of every shape
  json: any;
}

/**
 * The whole application, migrated, on a database and a port of its own. Variables override the test defaults.
 *
 * @param sharedDatabaseUrl the database of another application, for a second process beside it; the first one drops it
 */
export async function startTestApp(
  variables: Record<string, string> = {},
  sharedDatabaseUrl?: string,
): Promise<TestApp> {
  const database =
    sharedDatabaseUrl === undefined
      ? await createTestDatabase()
      : { url: sharedDatabaseUrl, drop: () => Promise.resolve() };
  const dataDirectory = mkdtempSync(path.join(tmpdir(), 'lyceum-test-'));
  const config = new AppConfig({
    NODE_ENV: 'test',
    PORT: '0',
    LOG_LEVEL: process.env['TEST_LOG_LEVEL'] ?? 'silent',
    DATA_DIR: dataDirectory,
    DATABASE_POOL_SIZE: '10',
    OUTBOUND_ALLOW_HOSTS: '127.0.0.1',
    EXECUTION_WARM_INTERPRETERS: '0',
    // Every test client has the same address.
    RATE_LIMIT_MAX: '1000000',
    // All tests may share one Redis; applications share it as they share a database.
    REDIS_KEY_PREFIX: `${path.basename(new URL(database.url).pathname)}:`,
    RATE_LIMIT_LOGIN_MAX: '100000',
    RATE_LIMIT_EXECUTE_MAX: '1000000',
    ...(process.env['TEST_REDIS_URL'] !== undefined && { REDIS_URL: process.env['TEST_REDIS_URL'] }),
    ...variables,
  });
  const app = await createApp(config, database.url);
  try {
    await app.listen(0, '127.0.0.1');
  } catch (error) {
    await app.close();
    throw error;
  }
  const url = await app.getUrl();
  return {
    url,
    app,
    config,
    databaseUrl: database.url,
    adminSecret: config.secrets.admin,
    request: (method, target, options = {}) => send(url + target, method, options, config.secrets.admin),
    async stop() {
      await app.close();
      await database.drop();
      rmSync(dataDirectory, { recursive: true, force: true });
    },
  };
}

async function send(url: string, method: string, options: TestRequest, adminSecret: string): Promise<TestResponse> {
  const headers: Record<string, string> = { ...options.headers };
  if (options.token !== undefined) headers['authorization'] = `Bearer ${options.token}`;
  if (options.asAdmin === true) headers['x-admin-secret'] = adminSecret;
  if (options.body !== undefined) headers['content-type'] ??= 'application/json';
  const response = await fetch(url, {
    method,
    headers,
    redirect: 'manual',
    ...(options.body !== undefined && {
      body: typeof options.body === 'string' ? options.body : JSON.stringify(options.body),
    }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true && text !== '';
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined };
}
