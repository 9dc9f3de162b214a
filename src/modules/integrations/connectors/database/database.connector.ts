import { randomUUID } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { OutboundConnections } from '../../../../platform/http-client/outbound-connections.js';
import { CredentialVault } from '../../credentials/credential-vault.js';
import type { IntegrationEntity } from '../../integrations/integration.entity.js';
import type {
  Connector,
  OutgoingItem,
  PullContext,
  PulledPage,
  PullSummary,
  PushBatch,
  PushOutcome,
  SyncDirection,
  TestStep,
} from '../connector.js';
import { Connectors } from '../connectors.js';
import { SyncFailure } from '../sync-failure.js';
import { timedSteps, type Timed } from '../timed-steps.js';
import {
  databaseConfig,
  type DatabaseConfig,
  type DatabasePullConfig,
  type DatabasePushConfig,
} from './database-config.js';
import { databaseFailure } from './database-failure.policy.js';
import { placeOfLast, readRows } from './database-rows.policy.js';
import { connectTimeoutMs, type DatabaseSession, type SessionOptions } from './database-session.js';
import { DatabaseWriter } from './database-writer.js';
import { MysqlSession } from './mysql-session.js';
import { PostgresSession } from './postgres-session.js';
import { placeOf, planPull, type Place } from './pull-query.policy.js';
import { columnsOf, upsertOf } from './upsert.policy.js';

const defaultBatchSize = 1000;

/** Reads the result of a query of PostgreSQL, MySQL or MariaDB, or writes into a table there. */
@Injectable()
export class DatabaseConnector implements Connector, OnModuleInit {
  readonly type = 'database';

  constructor(
    private readonly connectors: Connectors,
    private readonly connections: OutboundConnections,
    private readonly vault: CredentialVault,
  ) {}

  onModuleInit(): void {
    this.connectors.register(this);
  }

  directionOf(integration: IntegrationEntity): SyncDirection {
    return configOf(integration).direction;
  }

  async test(integration: IntegrationEntity, signal: AbortSignal): Promise<TestStep[]> {
    const config = configOf(integration);
    const steps: TestStep[] = [];
    const timed = timedSteps(steps);
    await this.#within(
      integration,
      signal,
      async (session) => {
        if (config.direction === 'pull') await testPull(session, config, timed);
        else await testPush(session, config, timed);
      },
      timed,
    );
    return steps;
  }

  async send(integration: IntegrationEntity, data: unknown, signal: AbortSignal): Promise<unknown> {
    const config = configOf(integration);
    if (config.direction === 'pull')
      throw new SyncFailure('configuration', 'This integration only reads from its database');
    if (typeof data !== 'object' || data === null || Array.isArray(data)) {
      throw new SyncFailure('configuration', 'Only an object can be sent: its members are the columns of a row');
    }
    const item: OutgoingItem = { key: randomUUID(), data: data as Record<string, unknown>, isDeleted: false };
    const [refused] = await this.#within(integration, signal, (session) =>
      new DatabaseWriter(session, config).write([item]),
    );
    if (refused !== undefined) throw new SyncFailure('source', `The table did not take the row: ${refused.reason}`);
    return { table: config.table, upserted: 1 };
  }

  async *pull(integration: IntegrationEntity, context: PullContext): AsyncGenerator<PulledPage, PullSummary, void> {
    const config = configOf(integration);
    if (config.direction === 'push')
      throw new SyncFailure('configuration', 'This integration only writes to its database');
    const { signal } = context;
    let place = placeOf(config, context.checkpoint, context.isResumed);
    try {
      await using connected = await this.#connect(integration, signal);
      const { session } = connected;
      await session.begin(true);
      const statement = planPull(config, place, session.dialect);
      for await (const { rows, exactNumbers } of session.pages(statement, config.batchSize ?? defaultBatchSize)) {
        place = placeOfLast(rows, config, exactNumbers) ?? place;
        yield { ...readRows(rows, config), checkpoint: toCheckpoint(place) };
        signal.throwIfAborted();
      }
      await session.rollback();
    } catch (error) {
      throw failureOf(error, config, signal);
    }
    return { checkpoint: endOf(place, config), isFull: config.watermarkColumn === undefined };
  }

  async push(integration: IntegrationEntity, batch: PushBatch, signal: AbortSignal): Promise<PushOutcome> {
    const config = configOf(integration);
    if (config.direction === 'pull')
      throw new SyncFailure('configuration', 'This integration only reads from its database');
    const refused = await this.#within(integration, signal, (session) =>
      new DatabaseWriter(session, config).write(batch.items),
    );
    return { refused };
  }

  async #within<T>(
    integration: IntegrationEntity,
    signal: AbortSignal,
    work: (session: DatabaseSession) => Promise<T>,
    timed: Timed = (_, step) => step(),
  ): Promise<T> {
    const config = configOf(integration);
    try {
      const where = `${config.host}, database ${config.database}`;
      await using connected = await timed(
        ({ session }) =>
          `Connected to ${where} (${session.version}, ${config.tls === 'disable' ? 'without' : 'with'} TLS)`,
        () => this.#connect(integration, signal),
      );
      return await work(connected.session);
    } catch (error) {
      throw failureOf(error, config, signal);
    }
  }

  /** Closed when it goes out of scope, or when the work is cancelled. */
  async #connect(
    integration: IntegrationEntity,
    signal: AbortSignal,
  ): Promise<AsyncDisposable & { session: DatabaseSession }> {
    const config = configOf(integration);
    const { username } = integration.authConfig;
    if (integration.authType !== 'basic' || typeof username !== 'string') {
      throw new SyncFailure('configuration', 'A database needs the authType "basic" with a user name and a password');
    }
    const port = config.port ?? (config.engine === 'mysql' ? 3306 : 5432);
    const options: SessionOptions = {
      config,
      user: username,
      password: this.vault.open(integration)['password'] ?? '',
      openSocket: () => this.connections.open({ host: config.host, port, timeoutMs: connectTimeoutMs }),
    };
    signal.throwIfAborted();
    const session = await (config.engine === 'mysql' ? MysqlSession.open(options) : PostgresSession.open(options));
    const stop = (): void => void session.close();
    signal.addEventListener('abort', stop, { once: true });
    return {
      session,
      async [Symbol.asyncDispose]() {
        signal.removeEventListener('abort', stop);
        await session.close();
      },
    };
  }
}

/** @throws SyncFailure when it was stored before a member was required */
function configOf({ config }: IntegrationEntity): DatabaseConfig {
  const { data, error } = databaseConfig.safeParse(config);
  if (data !== undefined) return data;
  const [issue] = error.issues;
  const field = ['config', ...(issue?.path ?? []).map(String)].join('.');
  throw new SyncFailure('configuration', `${field}: ${issue?.message ?? 'is not valid'}`);
}

function failureOf(error: unknown, { timeout }: DatabaseConfig, signal: AbortSignal): unknown {
  return signal.aborted ? signal.reason : databaseFailure(error, timeout);
}

function toCheckpoint(place: Place | undefined): PulledPage['checkpoint'] {
  return place === undefined ? null : { by: place.by, at: place.at };
}

/** The next pass begins at the watermark that was reached, and without one at the beginning. */
function endOf(place: Place | undefined, { watermarkColumn }: DatabasePullConfig): PulledPage['checkpoint'] {
  if (watermarkColumn === undefined || place === undefined) return null;
  return toCheckpoint({ by: [watermarkColumn], at: place.at.slice(0, 1) });
}

/** Has the server plan the query, which finds every wrong name, and read the first row. */
async function testPull(session: DatabaseSession, config: DatabasePullConfig, timed: Timed): Promise<void> {
  await session.begin(true);
  const { sql, values } = planPull(config, undefined, session.dialect);
  await timed(
    () => 'Had the query planned, without running it, in a transaction that only reads',
    () => session.run({ sql: `EXPLAIN ${sql}`, values }),
  );
  await session.rollback();
}

/** Has the server plan the statement of a push: names, key and permissions are checked, and nothing is written. */
async function testPush(session: DatabaseSession, config: DatabasePushConfig, timed: Timed): Promise<void> {
  await timed(
    () => `Checked that ${config.table} has the key ${config.keyColumns.join(', ')}`,
    () => new DatabaseWriter(session, config).checkTable(),
  );
  await session.begin(false);
  const values = columnsOf(config).map(() => null);
  const item = { key: '', data: {}, isDeleted: false };
  const { sql, values: bound } = upsertOf([{ item, values, key: [] }], config, session.dialect);
  await timed(
    () => `Had an upsert into ${config.table} planned, without running it: table, columns and permission are there`,
    () => session.run({ sql: `EXPLAIN ${sql}`, values: bound }),
  );
  await session.rollback();
}
