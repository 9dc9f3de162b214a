import { randomUUID } from 'node:crypto';
import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { AppConfig } from '../../../platform/config/app-config.js';
import { Database } from '../../../platform/database/database.js';
import { AppError } from '../../../platform/errors/app-error.js';
import { ExecutionService } from '../execution/execution.service.js';
import type { PreparedRun } from '../runs/prepared-run.js';
import { RunsService } from '../runs/runs.service.js';
import { lostProblem } from './execution-state.js';
import { stopping } from './executions.errors.js';
import { type ExecutionEnd, ExecutionsRepository } from './executions.repository.js';
import { LiveExecution } from './live-execution.js';

/** After this without renewal the process of a run counts as dead; several renewals may fail before. */
export const leaseSeconds = 15;
/** Also how long a run goes on that was cancelled by way of another process. */
const renewalMs = 2000;
/** Time that runs get when the application stops, less than the whole because their results must still be written. */
const shutdownReserveMs = 3000;

/** The asynchronous runs of this process, under a lease that shows the others that they are not forgotten. */
@Injectable()
export class ExecutionRunner implements BeforeApplicationShutdown {
  readonly id = randomUUID();
  private readonly logger = new Logger(ExecutionRunner.name);
  private readonly live = new Map<string, LiveExecution>();
  private readonly runs = new Set<Promise<void>>();
  private renewal: NodeJS.Timeout | undefined;
  private isStopping = false;

  constructor(
    private readonly config: AppConfig,
    private readonly database: Database,
    private readonly steps: RunsService,
    private readonly execution: ExecutionService,
    private readonly executions: ExecutionsRepository,
  ) {}

  /**
   * Resolves when the run waits for its turn, and goes on without the caller.
   *
   * @throws AppError of the queue when it is full
   */
  async begin(id: string, run: PreparedRun): Promise<void> {
    if (this.isStopping) throw stopping();
    const live = new LiveExecution(() => this.logFailure(this.executions.markRunning(id)));
    this.live.set(id, live);
    this.renewal ??= setInterval(() => this.logFailure(this.renew()), renewalMs);
    const done = this.perform(id, live, run).finally(() => {
      this.runs.delete(done);
      this.live.delete(id);
      live.end();
      if (this.live.size > 0) return;
      clearInterval(this.renewal);
      this.renewal = undefined;
    });
    this.runs.add(done);
    await Promise.race([live.admitted, done]);
  }

  find(id: string): LiveExecution | undefined {
    return this.live.get(id);
  }

  positionOf({ watcher }: LiveExecution): number | null {
    return this.execution.positionOf(watcher) ?? null;
  }

  /** Lets runs end by themselves while there is time; the others are `lost`, and say so at once. */
  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    const graceMs = Math.max(0, this.config.http.shutdownTimeoutMs / 2 - shutdownReserveMs);
    const timer = setTimeout(() => this.stopAll(), graceMs);
    await Promise.allSettled(this.runs);
    clearTimeout(timer);
  }

  private async perform(id: string, live: LiveExecution, run: PreparedRun): Promise<void> {
    try {
      const result = await this.steps.perform(run, live.signal, live.watcher);
      await this.database.transaction(async (tx) => {
        const isEnded = await this.executions.end(id, { state: 'finished', result }, tx);
        if (isEnded) await this.steps.count(tx, run, result);
      });
    } catch (error) {
      if (!live.isAdmitted) throw error;
      // Should this fail too, the lease runs out and the run is lost.
      await this.executions.end(id, this.endOf(error, live)).catch((failure: unknown) => this.logger.error(failure));
    }
  }

  /** What was cancelled is so in its row already, so only a stop of this process is left. */
  private endOf(error: unknown, live: LiveExecution): ExecutionEnd {
    if (live.signal.aborted) return { state: 'lost', problem: lostProblem };
    if (error instanceof AppError) return { state: 'failed', problem: { code: error.code, message: error.message } };
    this.logger.error(error);
    return { state: 'failed', problem: { code: 'internal', message: 'Internal server error; send it again' } };
  }

  private async renew(): Promise<void> {
    const runs = [...this.live].map(([id, live]) => ({ id, position: this.positionOf(live) }));
    const open = new Set(await this.executions.renew(runs, leaseSeconds));
    for (const { id } of runs) if (!open.has(id)) this.live.get(id)?.stop();
  }

  private stopAll(): void {
    for (const live of this.live.values()) live.stop();
  }

  private logFailure(work: Promise<void>): void {
    work.catch((error: unknown) => this.logger.warn(error));
  }
}
