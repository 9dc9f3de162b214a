import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { AppConfig } from '../../../platform/config/app-config.js';
import { Connectors } from '../connectors/connectors.js';
import { IntegrationsRepository } from '../integrations/integrations.repository.js';
import { PushRun } from '../push/push-run.js';
import { ActiveRun, RunStopped, type Claim } from './active-run.js';
import { PullRun } from './pull-run.js';
import { RunFinisher } from './run-finisher.js';
import { leaseMs, SyncQueueRepository, type ClaimedRun } from './sync-queue.repository.js';

const tickMs = 1000;
const renewIntervalMs = 5000;

/** Time that a page or batch under way gets when the application stops; what follows must still be written. */
const shutdownReserveMs = 2000;

/**
 * Runs what is due in this process, up to `SYNC_CONCURRENCY` runs at once. Which runs there are, and who has them, is in the rows: several
 * processes share the work, and what one leaves behind another takes over.
 */
@Injectable()
export class SyncEngine implements BeforeApplicationShutdown {
  private readonly logger = new Logger(SyncEngine.name);
  private readonly running = new Map<string, ActiveRun>();
  private readonly ends = new Set<Promise<void>>();
  private isClaiming = false;
  private isWatching = false;
  private isStopping = false;
  /** Whether the last claim left something behind, as far as it can be known. */
  private mayBeMore = false;

  constructor(
    private readonly queue: SyncQueueRepository,
    private readonly integrations: IntegrationsRepository,
    private readonly connectors: Connectors,
    private readonly pulls: PullRun,
    private readonly pushes: PushRun,
    private readonly finisher: RunFinisher,
    private readonly config: AppConfig,
  ) {}

  @Interval(tickMs)
  async tick(): Promise<void> {
    await Promise.all([this.claimDue(), this.watch()]);
  }

  /** Takes what is due now; does nothing in processes that do no background work. */
  async claimDue(): Promise<void> {
    if (this.isClaiming || this.isStopping || this.config.role === 'web') return;
    this.isClaiming = true;
    try {
      for (let room = this.room(); room > 0; room = this.room()) {
        const claimed = await this.queue.claim(room);
        this.mayBeMore = claimed.length === room;
        for (const claim of claimed) this.start(claim);
        if (!this.mayBeMore) break;
      }
    } catch (error) {
      this.logger.error(error);
    } finally {
      this.isClaiming = false;
    }
  }

  /** Keeps the leases. A run that cannot renew its own stops before another process has it. */
  @Interval(renewIntervalMs)
  async renew(): Promise<void> {
    if (this.running.size === 0) return;
    const renewedAt = Date.now();
    const claims = this.claims();
    try {
      await this.queue.renew(claims);
      for (const { runId } of claims) {
        const run = this.running.get(runId);
        if (run !== undefined) run.renewedAt = renewedAt;
      }
    } catch (error) {
      this.logger.warn(error);
      for (const run of this.running.values()) if (Date.now() - run.renewedAt > leaseMs) run.stop('lost');
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    for (const run of this.running.values()) run.yieldSoon();
    const graceMs = Math.max(0, this.config.http.shutdownTimeoutMs - shutdownReserveMs);
    const timer = setTimeout(() => {
      for (const run of this.running.values()) run.stop('shutdown');
    }, graceMs);
    await Promise.all(this.ends);
    clearTimeout(timer);
  }

  /** Learns which runs are to be cancelled, and which another process has, because this one was away for too long. */
  private async watch(): Promise<void> {
    if (this.running.size === 0 || this.isWatching) return;
    this.isWatching = true;
    try {
      const claims = this.claims();
      const held = new Map((await this.queue.held(claims)).map((lease) => [lease.runId, lease]));
      for (const { runId } of claims) {
        const lease = held.get(runId);
        if (lease === undefined) this.running.get(runId)?.stop('lost');
        else if (lease.isCancelRequested) this.running.get(runId)?.stop('cancelled');
      }
    } catch (error) {
      this.logger.warn(error);
    } finally {
      this.isWatching = false;
    }
  }

  private room(): number {
    return this.isStopping ? 0 : this.config.sync.concurrency - this.running.size;
  }

  private claims(): Claim[] {
    return [...this.running.values()].map(({ claim }) => claim);
  }

  private start(claimed: ClaimedRun): void {
    const run = new ActiveRun(claimed);
    this.running.set(claimed.runId, run);
    if (claimed.isCancelRequested) run.stop('cancelled');
    const timer = setTimeout(() => run.stop('timeout'), this.config.sync.runTimeoutMs);
    const end = this.execute(run)
      .catch((error: unknown) => this.logger.error(error))
      .finally(() => {
        clearTimeout(timer);
        this.running.delete(claimed.runId);
        this.ends.delete(end);
        if (this.mayBeMore) void this.claimDue();
      });
    this.ends.add(end);
  }

  private async execute(run: ActiveRun): Promise<void> {
    const failure = await this.work(run).catch((error: unknown) => error);
    const reason = failure instanceof RunStopped ? failure.reason : undefined;
    if (failure === 'nothing-to-do') await this.queue.abandon(run.claim);
    else if (reason === 'shutdown') await this.queue.release(run.claim);
    else if (reason !== 'lost') await this.finish(run, failure);
  }

  private async finish(run: ActiveRun, failure: unknown): Promise<void> {
    try {
      await this.finisher.finish(run, failure);
    } catch (error) {
      if (!(error instanceof RunStopped)) throw error;
    }
  }

  private async work(run: ActiveRun): Promise<'nothing-to-do' | undefined> {
    run.assertGoesOn();
    const integration = await this.integrations.get(run.claim.integrationId);
    const connector = this.connectors.find(integration.type);
    const direction = connector?.directionOf(integration) ?? null;
    if (connector === undefined || direction === null) return 'nothing-to-do';
    await (direction === 'pull' ? this.pulls : this.pushes).execute(run, integration, connector);
    return undefined;
  }
}
