import { randomUUID } from 'node:crypto';
import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { AppConfig } from '../../../platform/config/app-config.js';
import { Database } from '../../../platform/database/database.js';
import { AppError } from '../../../platform/errors/app-error.js';
import { HandlesJob } from '../../../platform/jobs/job.js';
import { ProgressStore } from '../progress/progress-store.service.js';
import { SolutionGrader } from '../runs/solution-grader.service.js';
import { RegradeQueueRepository, type ClaimedItem, type ItemOutcome } from './regrade-queue.repository.js';
import { RegradesRepository } from './regrades.repository.js';
import { wakeRegrades } from './regrade.job.js';

/** With the lease this bounds how long a killed process delays its regrades. */
const sweepIntervalMs = 5000;
const retryMs = 3000;
/** Solutions at once in this process: more than one, so that an endless loop does not hold up everybody. */
const maxLanes = 2;
/** Of one solution, before it is given up: the sandbox has been full or away for some minutes. */
const maxAttempts = 100;

/**
 * Runs solutions again, a few at once in each process, until none is due. Being woken for nothing, twice, or in several
 * processes does no harm, because the rows decide; an outcome counts once, because it is an event with a name.
 */
@Injectable()
export class RegradeRunner implements BeforeApplicationShutdown {
  private readonly logger = new Logger(RegradeRunner.name);
  private readonly stopping = new AbortController();
  private readonly lanes = new Set<Promise<void>>();

  constructor(
    private readonly config: AppConfig,
    private readonly database: Database,
    private readonly queue: RegradeQueueRepository,
    private readonly regrades: RegradesRepository,
    private readonly grader: SolutionGrader,
    private readonly store: ProgressStore,
  ) {}

  /** Does not wait for the runs: a place in the job queue is for short work. */
  @HandlesJob(wakeRegrades)
  async wake(): Promise<void> {
    while (this.lanes.size < maxLanes) {
      const lane: Promise<void> = this.drain().finally(() => this.lanes.delete(lane));
      this.lanes.add(lane);
    }
    await Promise.resolve();
  }

  /** Finds what is due again, and what a crash left behind. */
  @Interval(sweepIntervalMs)
  async sweep(): Promise<void> {
    if (!this.stopping.signal.aborted && (await this.queue.hasDue())) await this.wake();
  }

  /** Stops the run under way; its solution is released for another process. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.lanes);
  }

  private async drain(): Promise<void> {
    try {
      while (!this.stopping.signal.aborted && (await this.gradeNext()));
    } catch (error) {
      this.logger.error(error);
    }
  }

  /** @returns false when nothing is due */
  private async gradeNext(): Promise<boolean> {
    const leaseId = randomUUID();
    const leaseMs = this.config.progress.regradeLeaseSeconds * 1000;
    const item = await this.queue.claim(leaseId, leaseMs);
    if (item === undefined) return false;
    const ranAt = new Date();
    // The sandbox's queue may be longer than the lease.
    const renewal = setInterval(() => void this.queue.extend(leaseId, leaseMs).catch(() => undefined), leaseMs / 3);
    const outcome = await this.grade(item).finally(() => clearInterval(renewal));
    await this.database.transaction(async (tx) => {
      const { regradeId, userId, exerciseId, code } = item;
      if (!(await this.queue.record(tx, item, leaseId, outcome))) return;
      if (outcome.state === 'graded' && code !== null) {
        const { hasPassed, score, executionTimeMs } = outcome;
        await this.store.record(tx, userId, [
          {
            source: 'server',
            id: `regrade:${regradeId}`,
            exerciseId,
            occurredAt: ranAt,
            isActivity: false,
            code,
            run: { hasPassed: hasPassed === true, score: score ?? 0, executionTimeMs },
          },
        ]);
      }
      if (outcome.state !== 'pending') await this.regrades.finish(tx, regradeId);
    });
    return true;
  }

  private async grade({ exerciseId, code, attempts }: ClaimedItem): Promise<ItemOutcome & { executionTimeMs: number }> {
    const nothing = { hasPassed: null, score: null, error: null, retryInMs: 0, executionTimeMs: 0 };
    if (code === null) return { ...nothing, state: 'failed', error: 'The progress is gone' };
    try {
      const { hasPassed, score, executionTimeMs } = await this.grader.grade(exerciseId, code, this.stopping.signal);
      return { ...nothing, state: 'graded', hasPassed, score, executionTimeMs };
    } catch (error) {
      if (this.stopping.signal.aborted) return { ...nothing, state: 'pending' };
      const isPassing = error instanceof AppError && (error.kind === 'too-many' || error.kind === 'unavailable');
      if (!isPassing) this.logger.error(error);
      const isHopeless = attempts >= maxAttempts || (error instanceof AppError && error.kind === 'not-found');
      return {
        ...nothing,
        state: isHopeless ? 'failed' : 'pending',
        error: isHopeless && error instanceof AppError ? error.message : isHopeless ? 'It could not be run' : null,
        retryInMs: retryMs,
      };
    }
  }
}
