import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { ExecutionSettings } from '../execution/execution.settings.js';
import { GradedResultsRepository } from '../runs/graded-results.repository.js';
import { ExecutionsRepository } from './executions.repository.js';

const lostIntervalMs = 5000;
const retentionIntervalMs = 10 * 60_000;

/** Ends runs whose process died, and deletes what is older than `EXECUTION_RESULT_TTL`. Safe to run in several replicas at once. */
@Injectable()
export class ExecutionSweeper {
  constructor(
    private readonly settings: ExecutionSettings,
    private readonly executions: ExecutionsRepository,
    private readonly gradedResults: GradedResultsRepository,
  ) {}

  @Interval(lostIntervalMs)
  endLost(): Promise<void> {
    return this.executions.endLost();
  }

  @Interval(retentionIntervalMs)
  async deleteExpired(): Promise<void> {
    await this.executions.deleteEndedBefore(this.settings.resultTtlSeconds);
    await this.gradedResults.deleteOlderThan(this.settings.resultTtlSeconds);
  }
}
