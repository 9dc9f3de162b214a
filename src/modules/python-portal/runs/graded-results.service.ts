import { Injectable } from '@nestjs/common';
import { version as release } from '../../../platform/config/project.js';
import type { ExecutionRequest } from '../execution/execution.model.js';
import { ExecutionService } from '../execution/execution.service.js';
import { ExecutionSettings } from '../execution/execution.settings.js';
import { digestOf, isRepeatable } from './graded-results.policy.js';
import { GradedResultsRepository } from './graded-results.repository.js';
import type { RunResponse } from './run.dto.js';

/**
 * Results of graded runs, used again for identical ones of anybody: the tests are the catalogue's, so who asks makes no difference.
 * Free runs are not here. Who presses "run" wants to see the program run, and it may roll dice or read the clock.
 */
@Injectable()
export class GradedResults {
  constructor(
    private readonly execution: ExecutionService,
    private readonly settings: ExecutionSettings,
    private readonly results: GradedResultsRepository,
  ) {}

  async find(request: ExecutionRequest): Promise<RunResponse | undefined> {
    const digest = this.digest(request);
    const result = digest && (await this.results.find(digest, this.settings.resultTtlSeconds));
    return result ? { ...result, cached: true } : undefined;
  }

  async keep(request: ExecutionRequest, result: RunResponse): Promise<void> {
    const digest = this.digest(request);
    if (digest !== undefined && isRepeatable(result.outcome)) await this.results.save(digest, result);
  }

  private digest(request: ExecutionRequest): string | undefined {
    const { environment } = this.execution;
    const { maxOutputChars } = this.settings;
    return environment && digestOf(request, { ...environment, release, maxOutputChars });
  }
}
