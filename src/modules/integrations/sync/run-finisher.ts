import { Injectable, Logger } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { EventPublisher } from '../../../platform/events/event-publisher.js';
import { SyncFailure } from '../connectors/sync-failure.js';
import type { IntegrationEntity } from '../integrations/integration.entity.js';
import { IntegrationsRepository } from '../integrations/integrations.repository.js';
import { RunStopped, type ActiveRun } from './active-run.js';
import { judgeRun, type Judgement, type RunError } from './sync-outcome.policy.js';
import { SyncQueueRepository } from './sync-queue.repository.js';
import { SyncRunsRepository } from './sync-runs.repository.js';
import { timingOf } from './sync-schedules.service.js';
import { SyncSchedulesRepository } from './sync-schedules.repository.js';
import { syncFailed, syncPaused, syncRecovered } from './sync.events.js';

/** Failures in a row after which a pass that does not get on is begun anew: its checkpoint may be what the source refuses. */
const failuresToRestartPass = 5;

const maxMessageChars = 2000;

/** Writes down how a run ended and when the next one comes, in one transaction. */
@Injectable()
export class RunFinisher {
  private readonly logger = new Logger(RunFinisher.name);

  constructor(
    private readonly database: Database,
    private readonly integrations: IntegrationsRepository,
    private readonly schedules: SyncSchedulesRepository,
    private readonly queue: SyncQueueRepository,
    private readonly runs: SyncRunsRepository,
    private readonly publisher: EventPublisher,
  ) {}

  /**
   * @param failure what ended it; undefined when it reached its end
   * @throws RunStopped when another process has it
   */
  async finish(run: ActiveRun, failure: unknown): Promise<void> {
    const { runId, integrationId } = run.claim;
    const isCancelled = failure instanceof RunStopped && failure.reason === 'cancelled';
    const error = failure === undefined || isCancelled ? null : this.errorOf(failure, runId);
    await this.database.transaction(async (tx) => {
      // First the integration and then its schedule, as everything else that needs both.
      const integration = await this.integrations.findForChange(tx, integrationId);
      if (integration === null) throw new RunStopped('lost');
      const schedule = await this.schedules.lock(tx, integrationId);
      if (schedule === null || schedule.leaseToken !== run.claim.leaseToken) throw new RunStopped('lost');
      const { rejectedCount, refusedCount } = await this.runs.get(integrationId, runId, tx);
      const { hasProgress } = run;
      const hasRejects = rejectedCount + refusedCount > 0;
      const end = { isCancelled, error, hasProgress, hasRejects, isComplete: error === null };
      const timing = { ...timingOf(integration), id: integrationId };
      const now = new Date();
      const judgement = judgeRun(schedule, end, timing, now, Math.random());
      const nextRunAt = integration.status === 'active' ? judgement.nextRunAt : null;
      const isRun = judgement.state === 'succeeded' || judgement.state === 'partial';
      await this.runs.finish(tx, runId, {
        state: judgement.state,
        nextRunAt,
        errorKind: error?.kind ?? null,
        errorMessage: error?.message ?? null,
      });
      await this.schedules.update(tx, integrationId, {
        leaseToken: null,
        runId: null,
        dueAt: nextRunAt,
        nextRunAt,
        consecutiveFailures: judgement.consecutiveFailures,
        authenticationFailures: judgement.authenticationFailures,
        pauseReason: judgement.pauseReason,
        pausedAt: judgement.pauseReason === null ? null : (schedule.pausedAt ?? now),
        ...(!isCancelled && { lastError: judgement.state === 'failed' ? (error?.message ?? null) : null }),
      });
      if (judgement.state === 'failed' && !hasProgress && judgement.consecutiveFailures % failuresToRestartPass === 0) {
        await this.queue.restartPass(tx, integrationId);
      }
      if (isRun) await this.schedules.setLastSync(tx, integrationId);
      await this.tell(tx, integration, runId, judgement, error);
    });
  }

  private async tell(
    tx: Transaction,
    { id, name }: IntegrationEntity,
    runId: string,
    { notice }: Judgement,
    error: RunError | null,
  ): Promise<void> {
    const about = { integrationId: id, name, runId };
    const options = { subject: `integration:${id}` };
    const failure = { ...about, kind: error?.kind ?? 'internal', message: error?.message ?? '' };
    if (notice === 'recovered') await this.publisher.publish(tx, syncRecovered, about, options);
    if (notice === 'failed') await this.publisher.publish(tx, syncFailed, failure, options);
    if (notice === 'paused') await this.publisher.publish(tx, syncPaused, failure, options);
  }

  private errorOf(failure: unknown, runId: string): RunError {
    if (failure instanceof SyncFailure) {
      const { kind, message, retryAfterMs } = failure;
      return { kind, message: message.slice(0, maxMessageChars).replaceAll('\0', '\uFFFD'), retryAfterMs };
    }
    if (failure instanceof RunStopped) return { kind: 'timeout', message: 'The run took longer than a run may' };
    this.logger.error(`Run ${runId} failed`, failure instanceof Error ? failure.stack : String(failure));
    return { kind: 'internal', message: 'The run failed for a reason of our own; the log of the server says more' };
  }
}
