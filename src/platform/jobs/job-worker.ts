import { setTimeout as sleep } from 'node:timers/promises';
import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { Logger as WorkerLogger, run, runMigrations, type Runner, type TaskList } from 'graphile-worker';
import { Pool } from 'pg';
import { AppConfig } from '../config/app-config.js';
import { DATABASE_URL } from '../database/database-url.js';
import { JobHandlers } from './job-handlers.js';

/** Jobs at once in this process. */
const concurrency = 8;

/** Between tries to read the queue again after the database was lost. */
const restartPauseMs = 1000;

/** Runs waiting jobs in this process, unless its role is `web`. The queue's own tables are brought up to date in every role. */
@Injectable()
export class JobWorker implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly logger = new Logger(JobWorker.name);
  private readonly pool: Pool;
  private runner: Runner | undefined;
  private isStopping = false;

  constructor(
    @Inject(DATABASE_URL) connectionString: string,
    private readonly config: AppConfig,
    private readonly handlers: JobHandlers,
  ) {
    this.pool = new Pool({ connectionString, max: concurrency, application_name: 'lyceum-jobs' });
    // Without a listener a lost idle connection would end the process; the runner reconnects by itself.
    this.pool.on('error', (error) => {
      if (!this.pool.ending) this.logger.warn(`A connection of the job queue was lost: ${error.message}`);
    });
    this.pool.on('connect', (client) => client.on('error', () => undefined));
  }

  async onApplicationBootstrap(): Promise<void> {
    const logger = this.workerLogger();
    await runMigrations({ pgPool: this.pool, logger });
    if (this.config.role === 'web') return;
    await this.startRunner();
  }

  /** Lets running jobs finish while the rest of the application still stands. */
  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    const { runner } = this;
    this.runner = undefined;
    await runner?.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }

  private async startRunner(): Promise<void> {
    const taskList: TaskList = Object.fromEntries(
      [...this.handlers.entries()].map(([name, handler]) => [name, (payload: unknown) => handler(payload as never)]),
    );
    const runner = await run({
      pgPool: this.pool,
      taskList,
      logger: this.workerLogger(),
      noHandleSignals: true,
      concurrency,
      pollInterval: 2000,
      // Measured: 28 700 trivial jobs/s against 3 200 with the defaults (docs/adr/0006).
      preset: { worker: { localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
    });
    if (this.isStopping) {
      await runner.stop();
      return;
    }
    this.runner = runner;
    // A lost database ends the runner; the health check tells, and it starts again when the database is back.
    const onEnd = (error?: unknown): void => {
      if (error !== undefined) this.logger.error(error);
      if (!this.isStopping && this.runner === runner) void this.restartRunner();
    };
    runner.promise.then(() => onEnd(), onEnd);
  }

  private async restartRunner(): Promise<void> {
    this.runner = undefined;
    while (!this.isStopping && this.runner === undefined) {
      await sleep(restartPauseMs);
      if (this.isStopping) return;
      await this.startRunner().catch((error: unknown) =>
        this.logger.warn(`The job queue cannot be read yet: ${String(error)}`),
      );
    }
  }

  private workerLogger(): WorkerLogger {
    const methods = { error: 'error', warning: 'warn', info: 'debug', debug: 'debug' } as const;
    return new WorkerLogger(() => (level, message) => this.logger[methods[level]](message));
  }
}
