import { randomUUID } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { IntegrationEntity } from '../../integrations/integration.entity.js';
import type {
  Connector,
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
import { timedSteps } from '../timed-steps.js';
import { exportBody } from './export-body.policy.js';
import { fileConfig, type FileConfig } from './file-config.js';
import { fileFailure } from './file-failure.policy.js';
import { FileImport } from './file-import.js';
import { exportName, nameMatcher } from './file-names.policy.js';
import { FileStores } from './file-stores.js';
import type { FileStore } from './stores/file-store.js';

/** Reads records from files in S3, on SFTP servers or below the root that the operator allows, or writes them there. */
@Injectable()
export class FileConnector implements Connector, OnModuleInit {
  readonly type = 'file';

  constructor(
    private readonly connectors: Connectors,
    private readonly stores: FileStores,
  ) {}

  onModuleInit(): void {
    this.connectors.register(this);
  }

  directionOf(integration: IntegrationEntity): SyncDirection {
    return configOf(integration).direction === 'import' ? 'pull' : 'push';
  }

  async test(integration: IntegrationEntity, signal: AbortSignal): Promise<TestStep[]> {
    const config = configOf(integration);
    const steps: TestStep[] = [];
    const timed = timedSteps(steps);
    await this.#within(integration, signal, async (store) => {
      const fits = config.direction === 'import' ? nameMatcher(config.pattern) : undefined;
      await timed(
        ({ files, fitting }) =>
          fits === undefined
            ? `Listed ${store.place}; writing was not tried`
            : `Listed ${files} files in ${store.place}, of which ${fitting} fit the pattern; none was read`,
        () => countFiles(store, fits),
      );
    });
    return steps;
  }

  async send(integration: IntegrationEntity, data: unknown, signal: AbortSignal): Promise<unknown> {
    if (typeof data !== 'object' || data === null || Array.isArray(data)) {
      throw new SyncFailure('configuration', 'Only an object can be sent: it becomes the record of a file');
    }
    const id = randomUUID();
    const item = { key: id, data: data as Record<string, unknown>, isDeleted: false };
    return { file: await this.#write(integration, { id, items: [item] }, signal) };
  }

  async *pull(integration: IntegrationEntity, context: PullContext): AsyncGenerator<PulledPage, PullSummary, void> {
    const config = configOf(integration);
    if (config.direction === 'export') throw new SyncFailure('configuration', 'This integration only writes files');
    let store: FileStore | undefined;
    try {
      store = await this.stores.open(integration, config, context.signal);
      return yield* new FileImport(store, config, context).pages();
    } catch (error) {
      throw failureOf(error, config, context.signal);
    } finally {
      await store?.close();
    }
  }

  async push(integration: IntegrationEntity, batch: PushBatch, signal: AbortSignal): Promise<PushOutcome> {
    await this.#write(integration, batch, signal);
    return { refused: [] };
  }

  /** @returns the name of the file */
  async #write(integration: IntegrationEntity, batch: PushBatch, signal: AbortSignal): Promise<string> {
    const config = configOf(integration);
    if (config.direction === 'import') throw new SyncFailure('configuration', 'This integration only reads files');
    const name = exportName(config, batch.id);
    await this.#within(integration, signal, (store) => store.write(name, exportBody(batch.items, config)));
    return name;
  }

  async #within<T>(
    integration: IntegrationEntity,
    signal: AbortSignal,
    work: (store: FileStore) => Promise<T>,
  ): Promise<T> {
    const config = configOf(integration);
    let store: FileStore | undefined;
    try {
      store = await this.stores.open(integration, config, signal);
      return await work(store);
    } catch (error) {
      throw failureOf(error, config, signal);
    } finally {
      await store?.close();
    }
  }
}

/** @throws SyncFailure when it was stored before a member was required */
function configOf({ config }: IntegrationEntity): FileConfig {
  const { data, error } = fileConfig.safeParse(config);
  if (data !== undefined) return data;
  const [issue] = error.issues;
  const field = ['config', ...(issue?.path ?? []).map(String)].join('.');
  throw new SyncFailure('configuration', `${field}: ${issue?.message ?? 'is not valid'}`);
}

function failureOf(error: unknown, config: FileConfig, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  const place = {
    s3: () => `s3://${'bucket' in config ? config.bucket : ''}`,
    sftp: () => ('host' in config ? config.host : ''),
    local: () => config.path,
  };
  return fileFailure(error, place[config.provider]());
}

async function countFiles(
  store: FileStore,
  fits: ((name: string) => boolean) | undefined,
): Promise<{ files: number; fitting: number }> {
  let files = 0;
  let fitting = 0;
  for await (const { name } of store.list()) {
    files += 1;
    if (fits?.(name) === true) fitting += 1;
  }
  return { files, fitting };
}
