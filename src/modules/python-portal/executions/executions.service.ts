import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../../platform/config/app-config.js';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { isAtLeast, type Caller } from '../../identity/index.js';
import type { PreparedRun } from '../runs/prepared-run.js';
import { ExecutionRunner, leaseSeconds } from './execution-runner.js';
import { hasEnded } from './execution-state.js';
import type { ExecutionEntity } from './execution.entity.js';
import type { ExecutionResponse } from './executions.dto.js';
import { executionNotFound } from './executions.errors.js';
import { ExecutionsRepository } from './executions.repository.js';
import { toExecutionResponse } from './executions.views.js';

/** Asynchronous runs: started here, looked at and cancelled from any process. */
@Injectable()
export class ExecutionsService {
  constructor(
    private readonly config: AppConfig,
    private readonly database: Database,
    private readonly executions: ExecutionsRepository,
    private readonly runner: ExecutionRunner,
  ) {}

  /**
   * @param inTransaction what has to be written together with the new execution
   * @returns its id
   * @throws AppError of the queue when it is full; nothing is left of the execution then
   */
  async start(
    run: PreparedRun,
    { actor }: Caller,
    inTransaction: (tx: Transaction, id: string) => Promise<void>,
  ): Promise<string> {
    const { isGraded, exerciseId = null } = run;
    const id = await this.database.transaction(async (tx) => {
      const facts = { owner: actor, exerciseId, isGraded, runnerId: this.runner.id, leaseSeconds };
      const inserted = await this.executions.insert(tx, facts);
      await inTransaction(tx, inserted);
      return inserted;
    });
    try {
      await this.runner.begin(id, run);
    } catch (error) {
      await this.executions.delete(id);
      throw error;
    }
    return id;
  }

  /** @throws AppError `executions.not-found`, also for what belongs to others */
  async get(id: string, caller: Caller): Promise<ExecutionResponse> {
    return this.respond(await this.getOwn(id, caller));
  }

  /**
   * Stops the run. One that has ended stays as it is, so cancelling twice does no harm.
   *
   * @throws AppError `executions.not-found`, also for what belongs to others
   */
  async cancel(id: string, caller: Caller): Promise<ExecutionResponse> {
    await this.getOwn(id, caller);
    await this.executions.end(id, { state: 'cancelled' });
    // A run of another process stops when that process next renews its lease.
    this.runner.find(id)?.stop();
    return this.get(id, caller);
  }

  /** Whether a repetition of the request is well served with this execution: not with one that ended for reasons of ours. */
  async isOfUse(id: string): Promise<boolean> {
    const state = (await this.current(id))?.state;
    return state !== undefined && state !== 'failed' && state !== 'lost';
  }

  /** @throws AppError `executions.not-found`, also for what belongs to others */
  async getOwn(id: string, caller: Caller): Promise<ExecutionEntity> {
    const execution = await this.current(id);
    const isAllowed = execution?.owner === caller.actor || isAtLeast(caller.role, 'admin');
    if (execution === null || !isAllowed) throw executionNotFound();
    return execution;
  }

  /** The same a moment later; what runs in this process needs no query, because its end shows here too. */
  async refresh(execution: ExecutionEntity, caller: Caller): Promise<ExecutionEntity> {
    if (this.runner.find(execution.id) === undefined) return this.getOwn(execution.id, caller);
    return this.withLiveState(execution);
  }

  respond(execution: ExecutionEntity): ExecutionResponse {
    const live = this.runner.find(execution.id);
    const position = live ? this.runner.positionOf(live) : execution.queuePosition;
    return toExecutionResponse(execution, position, `/api/${this.config.http.apiVersion}/executions/${execution.id}`);
  }

  /** The row, ended if its process has died: that must show without any worker. What this process runs is newer than its row. */
  private async current(id: string): Promise<ExecutionEntity | null> {
    const execution = await this.executions.find(id);
    if (execution === null || hasEnded(execution.state)) return execution;
    if (this.runner.find(id) !== undefined) return this.withLiveState(execution);
    if (execution.leaseUntil > new Date()) return execution;
    await this.executions.endLost(id);
    return this.executions.find(id);
  }
  private withLiveState(execution: ExecutionEntity): ExecutionEntity {
    return this.runner.find(execution.id)?.isRunning ? { ...execution, state: 'running' } : execution;
  }
}
