import { Injectable } from '@nestjs/common';
import { isAtLeast, type Caller } from '../../identity/index.js';
import type { ExecutionResult, ExecutionTests } from '../execution/execution.model.js';
import { ExecutionService } from '../execution/execution.service.js';
import { ExercisesService } from '../exercises/exercises.service.js';
import { ProgressService } from '../progress/progress.service.js';
import type { RunRequest, RunResponse } from './run.dto.js';
import { scoreOf, testsOf } from './run.policy.js';
import { toRunResponse } from './run.views.js';
import { exerciseNeeded, ownTestsNotAllowed, runFailed } from './runs.errors.js';

const defaultTimeoutMs = 10_000;
const defaultMemoryLimitMb = 128;

/** Runs what people send: a free program, an exercise's tests, or an instructor's own tests. */
@Injectable()
export class RunsService {
  constructor(
    private readonly exercises: ExercisesService,
    private readonly execution: ExecutionService,
    private readonly progress: ProgressService,
  ) {}

  /**
   * Runs the code and, when the exercise's own tests were run for an account, counts the result as progress.
   *
   * @param signal aborted when the caller goes away; the run is then stopped
   * @throws AppError `runs.own-tests`, `runs.exercise-needed`, `exercises.not-found`, `runs.internal`, and those of the queue
   */
  async run(request: RunRequest, caller: Caller, signal: AbortSignal): Promise<RunResponse> {
    const { code, stdin, timeout = defaultTimeoutMs, memoryLimit = defaultMemoryLimitMb } = request;
    const tests = this.chooseTests(request, caller);
    const result = await this.execution.run(
      {
        code,
        ...(stdin !== undefined && { stdin }),
        ...(tests !== undefined && { tests }),
        timeoutMs: timeout,
        memoryLimitMb: memoryLimit,
      },
      { id: caller.actor, isGuest: caller.role === 'guest' },
      signal,
    );
    if (result.outcome === 'internal') throw runFailed();
    if (request.runTests === true && request.testCode === undefined) await this.countRun(request, caller, result);
    return toRunResponse(result, tests !== undefined);
  }

  private chooseTests(
    { exerciseId, runTests = false, testCode }: RunRequest,
    caller: Caller,
  ): ExecutionTests | undefined {
    if (testCode !== undefined) {
      if (!isAtLeast(caller.role, 'instructor')) throw ownTestsNotAllowed();
      return { visible: testCode };
    }
    if (!runTests) return undefined;
    if (exerciseId === undefined) throw exerciseNeeded();
    return testsOf(this.exercises.getExercise(exerciseId));
  }

  private async countRun(
    { exerciseId, code }: RunRequest,
    { userId }: Caller,
    { outcome, executionTimeMs, testCases }: ExecutionResult,
  ): Promise<void> {
    if (userId === null || exerciseId === undefined) return;
    await this.progress.recordRun(userId, exerciseId, {
      hasPassed: outcome === 'ok',
      score: scoreOf(testCases),
      tests: testCases.map(({ name, status }) => ({ name, hasPassed: status === 'passed' })),
      code,
      executionTimeMs,
      ranAt: new Date(),
    });
  }
}
