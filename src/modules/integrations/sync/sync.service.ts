import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { AuditLog } from '../../identity/index.js';
import type { SyncDirection } from '../connectors/connector.js';
import type { IntegrationEntity } from '../integrations/integration.entity.js';
import { integrationInactive } from '../integrations/integration.errors.js';
import { IntegrationsRepository } from '../integrations/integrations.repository.js';
import type { Page } from '../page-query.dto.js';
import { SyncEngine } from './sync-engine.service.js';
import type { SyncRunEntity, SyncRunState } from './sync-run.entity.js';
import { SyncRunsRepository } from './sync-runs.repository.js';
import type { SyncScheduleEntity } from './sync-schedule.entity.js';
import { SyncSchedulesRepository } from './sync-schedules.repository.js';
import { SyncSchedules } from './sync-schedules.service.js';
import type { SyncState } from './sync-state.js';
import { alreadyRunning, notSynchronised, runOver } from './sync.errors.js';

/** How the synchronisation of an integration stands. */
export interface SyncStatus {
  integration: IntegrationEntity;
  direction: SyncDirection;
  state: SyncState;
  /** Null before it is activated first. */
  schedule: SyncScheduleEntity | null;
  lastRun: SyncRunEntity | null;
}

/** Synchronisation as an admin steers it. */
@Injectable()
export class SyncService {
  constructor(
    private readonly database: Database,
    private readonly integrations: IntegrationsRepository,
    private readonly schedules: SyncSchedulesRepository,
    private readonly runs: SyncRunsRepository,
    private readonly keeper: SyncSchedules,
    private readonly engine: SyncEngine,
    private readonly audit: AuditLog,
  ) {}

  /** @throws AppError `integrations.not-found` */
  async status(id: string): Promise<SyncStatus> {
    const integration = await this.integrations.get(id);
    const [schedule, lastRun] = await Promise.all([this.schedules.find(id), this.runs.findNewest(id)]);
    const direction = this.keeper.directionOf(integration);
    return { integration, direction, state: stateOf(integration, direction, schedule), schedule, lastRun };
  }

  /**
   * Runs it now, whatever its schedule says; a paused one too, which shows if its trouble is over.
   *
   * @throws AppError `integrations.not-found`, `integrations.inactive`, `sync.nothing-to-do`, `sync.already-running`
   */
  async start(id: string, actor: string): Promise<SyncRunEntity> {
    const run = await this.database.transaction(async (tx) => {
      const integration = await this.getRunnable(tx, id);
      if (integration.status !== 'active') throw integrationInactive();
      const { runId } = await this.schedules.ensure(tx, id);
      if (runId !== null) throw alreadyRunning(runId);
      const queuedId = await this.runs.queue(tx, id);
      await this.schedules.update(tx, id, { runId: queuedId, dueAt: new Date() });
      await this.record(tx, 'integration.sync-started', id, actor);
      return this.runs.get(id, queuedId, tx);
    });
    void this.engine.claimDue();
    return run;
  }

  /**
   * No run comes by itself any more; one under way goes on.
   *
   * @throws AppError `integrations.not-found`, `sync.nothing-to-do`
   */
  async pause(id: string, actor: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const integration = await this.getRunnable(tx, id);
      const schedule = await this.schedules.ensure(tx, id);
      const paused = { pausedAt: schedule.pausedAt ?? new Date(), pauseReason: 'admin' as const };
      await this.schedules.update(tx, id, paused);
      await this.keeper.schedule(tx, integration, { ...schedule, ...paused });
      await this.record(tx, 'integration.sync-paused', id, actor);
    });
  }

  /** @throws AppError `integrations.not-found`, `sync.nothing-to-do` */
  async resume(id: string, actor: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const integration = await this.getRunnable(tx, id);
      const schedule = await this.schedules.ensure(tx, id);
      await this.schedules.update(tx, id, { pausedAt: null, pauseReason: null, authenticationFailures: 0 });
      await this.keeper.schedule(tx, integration, { ...schedule, pauseReason: null });
      await this.record(tx, 'integration.sync-resumed', id, actor);
    });
  }

  /**
   * The next run reads or sends everything; one under way stops.
   *
   * @throws AppError `integrations.not-found`, `sync.nothing-to-do`
   */
  async reset(id: string, actor: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.keeper.reset(tx, await this.getRunnable(tx, id));
      await this.record(tx, 'integration.sync-reset', id, actor);
    });
  }

  /** @throws AppError `integrations.not-found` */
  async listRuns(
    id: string,
    state: SyncRunState | undefined,
    limit: number,
    cursor?: string,
  ): Promise<Page<SyncRunEntity>> {
    await this.integrations.get(id);
    return this.runs.list(id, state, limit, cursor);
  }

  /** @throws AppError `sync.run-not-found` */
  getRun(id: string, runId: string): Promise<SyncRunEntity> {
    return this.runs.get(id, runId);
  }

  /**
   * Ends a run that waits at once; one under way stops within seconds, and keeps what it has stored.
   *
   * @throws AppError `integrations.not-found`, `sync.run-not-found`, `sync.run-over`
   */
  async cancel(id: string, runId: string, actor: string): Promise<SyncRunEntity> {
    return this.database.transaction(async (tx) => {
      const integration = await this.integrations.getForChange(tx, id);
      const schedule = await this.schedules.lock(tx, id);
      const { state } = await this.runs.get(id, runId, tx);
      if (schedule?.runId !== runId) throw runOver(state);
      await this.keeper.stopRun(tx, schedule);
      await this.keeper.schedule(tx, integration, schedule);
      await this.record(tx, 'integration.sync-cancelled', id, actor);
      return this.runs.get(id, runId, tx);
    });
  }

  private async getRunnable(tx: Transaction, id: string): Promise<IntegrationEntity> {
    const integration = await this.integrations.getForChange(tx, id);
    if (this.keeper.directionOf(integration) === null) throw notSynchronised(integration.type);
    return integration;
  }

  private async record(tx: Transaction, action: string, id: string, actor: string): Promise<void> {
    await this.audit.record(tx, { action, actor, subject: `integration:${id}` });
  }
}

function stateOf(
  { status }: IntegrationEntity,
  direction: SyncDirection,
  schedule: SyncScheduleEntity | null,
): SyncState {
  if (schedule !== null && schedule.runId !== null) return schedule.leaseToken === null ? 'queued' : 'running';
  if (direction === null) return 'none';
  if (status !== 'active') return 'inactive';
  return schedule?.pauseReason != null ? 'paused' : 'idle';
}
