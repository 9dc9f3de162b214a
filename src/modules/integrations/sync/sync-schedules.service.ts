import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../../platform/database/database.js';
import type { SyncDirection } from '../connectors/connector.js';
import { Connectors } from '../connectors/connectors.js';
import type { IntegrationEntity } from '../integrations/integration.entity.js';
import { PushItemsRepository } from '../push/push-items.repository.js';
import { RecordsRepository } from '../records/records.repository.js';
import type { SyncChange } from './sync-definition.policy.js';
import { SyncRunsRepository } from './sync-runs.repository.js';
import type { SyncScheduleEntity } from './sync-schedule.entity.js';
import { SyncSchedulesRepository } from './sync-schedules.repository.js';
import { nextTime } from './sync-timing.policy.js';

/** Keeps the schedule of an integration in step with it, in the transaction of each change. The row of the integration must be locked. */
@Injectable()
export class SyncSchedules {
  constructor(
    private readonly schedules: SyncSchedulesRepository,
    private readonly runs: SyncRunsRepository,
    private readonly connectors: Connectors,
    private readonly records: RecordsRepository,
    private readonly pushItems: PushItemsRepository,
  ) {}

  /** It is taken into use: its first run comes by its schedule. */
  async begin(tx: Transaction, integration: IntegrationEntity): Promise<void> {
    const schedule = await this.schedules.ensure(tx, integration.id);
    if (schedule.nextRunAt === null) await this.schedule(tx, integration, schedule);
  }

  /** Nothing runs any more. The place in the source, and what waits to be pushed, stay. */
  async end(tx: Transaction, integrationId: string): Promise<void> {
    const schedule = await this.schedules.lock(tx, integrationId);
    if (schedule === null) return;
    await this.stopRun(tx, schedule);
    await this.schedules.update(tx, integrationId, {
      nextRunAt: null,
      ...(schedule.runId === null && { dueAt: null }),
    });
  }

  /**
   * It was changed. Another source is read from its beginning, and a run that is at the old one stops; other credentials end the pause
   * that the old ones brought.
   */
  async follow(tx: Transaction, integration: IntegrationEntity, change: SyncChange): Promise<void> {
    const { isTimingChanged, isOtherSource, areCredentialsChanged } = change;
    if (!isTimingChanged && !isOtherSource && !areCredentialsChanged) return;
    // Only one that was never active has none; or was before there were schedules, and had nothing to be scheduled.
    if (integration.activatedAt === null) return;
    const schedule = await this.schedules.ensure(tx, integration.id);
    if (isOtherSource) {
      await this.schedules.resetPass(tx, integration.id);
      await this.stopRun(tx, schedule);
    }
    if (schedule.pauseReason === 'authentication' && (isOtherSource || areCredentialsChanged)) {
      Object.assign(schedule, { pauseReason: null, pausedAt: null });
      await this.schedules.update(tx, integration.id, { pauseReason: null, pausedAt: null, authenticationFailures: 0 });
    }
    await this.schedule(tx, integration, schedule);
  }

  /** It is to be deleted, with all that was read and what waits to be pushed. Its runs stay in the log. */
  async forget(tx: Transaction, integrationId: string): Promise<void> {
    const schedule = await this.schedules.lock(tx, integrationId);
    if (schedule?.runId != null) await this.runs.finish(tx, schedule.runId, { state: 'cancelled' });
    await this.records.deleteOf(tx, integrationId);
    await this.pushItems.deleteOf(tx, integrationId);
  }

  /** Sets the time of the next run. A run that waits or is under way sets it at its end. */
  async schedule(
    tx: Transaction,
    integration: IntegrationEntity,
    { runId, pauseReason }: Pick<SyncScheduleEntity, 'runId' | 'pauseReason'>,
  ): Promise<void> {
    const isScheduled =
      integration.status === 'active' && pauseReason === null && this.directionOf(integration) !== null;
    const nextRunAt = isScheduled ? nextTime(timingOf(integration), integration.id, new Date()) : null;
    await this.schedules.update(tx, integration.id, { nextRunAt, ...(runId === null && { dueAt: nextRunAt }) });
  }

  /** Ends a run that waits, and asks the process that has one to stop. */
  async stopRun(tx: Transaction, schedule: SyncScheduleEntity): Promise<void> {
    if (schedule.runId === null) return;
    await this.runs.requestCancel(tx, schedule.runId);
    if (schedule.leaseToken !== null) return;
    const { state } = await this.runs.get(schedule.integrationId, schedule.runId, tx);
    // One that a process has just let go is finished by the next, which has to judge it.
    if (state !== 'queued') return;
    await this.runs.finish(tx, schedule.runId, { state: 'cancelled' });
    await this.schedules.update(tx, schedule.integrationId, { runId: null });
    schedule.runId = null;
  }

  /** What is known of the source is forgotten: a pull reads all of it again, a push of records sends all of them again. */
  async reset(tx: Transaction, integration: IntegrationEntity): Promise<void> {
    const schedule = await this.schedules.ensure(tx, integration.id);
    await this.schedules.resetPass(tx, integration.id);
    await this.stopRun(tx, schedule);
    await this.schedule(tx, integration, schedule);
    const { source } = integration.config as { source?: { recordsOf?: string } };
    if (source?.recordsOf !== undefined) await this.pushItems.addRecords(tx, source.recordsOf, null, integration.id);
  }

  /** Null also for types that no connector serves. */
  directionOf(integration: IntegrationEntity): SyncDirection {
    return this.connectors.find(integration.type)?.directionOf(integration) ?? null;
  }
}

export function timingOf({
  syncFrequencySeconds,
  syncCron,
  syncTimeZone,
}: Pick<IntegrationEntity, 'syncFrequencySeconds' | 'syncCron' | 'syncTimeZone'>): {
  frequencySeconds: number;
  cron: string | null;
  timeZone: string;
} {
  return { frequencySeconds: syncFrequencySeconds, cron: syncCron, timeZone: syncTimeZone };
}
