import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../../platform/database/database.js';
import { isAtLeast, type Caller } from '../../identity/index.js';
import type { ExecutionTests } from '../execution/execution.model.js';
import { ExecutionService, type RunWatcher } from '../execution/execution.service.js';
import { ExercisesService } from '../exercises/exercises.service.js';
import { ProgressService } from '../progress/progress.service.js';
import { GradedResults } from './graded-results.service.js';
import type { PreparedRun } from './prepared-run.js';
import type { RunRequest, RunResponse } from './run.dto.js';
import { scoreOf, testsOf, withoutNulls } from './run.policy.js';
import { toRunResponse } from './run.views.js';
import { exerciseNeeded, ownTestsNotAllowed, runFailed } from './runs.errors.js';

const defaultTimeoutMs = 10_000;
const defaultMemoryLimitMb = 128;

/** The steps of running what people send: a free program, an exercise's tests, or an instructor's own tests. */
@Injectable()
export class RunsService {
  constructor(
    private readonly exercises: ExercisesService,
    private readonly execution: ExecutionService,
    private readonly progress: ProgressService,
    private readonly gradedResults: GradedResults,
  ) {}

  /** @throws AppError `runs.own-tests`, `runs.exercise-needed`, `exercises.not-found` */
  prepare(given: RunRequest, caller: Caller, isFresh: boolean): PreparedRun {
    const request = withoutNulls(given);
    const { code, stdin, timeout = defaultTimeoutMs, memoryLimit = defaultMemoryLimitMb } = request;
    const tests = this.chooseTests(request, caller);
    const isOfExercise = request.runTests === true && request.testCode === undefined;
    return {
      execution: {
        code,
        ...(stdin !== undefined && { stdin }),
        ...(tests !== undefined && { tests }),
        timeoutMs: timeout,
        memoryLimitMb: memoryLimit,
      },
      requester: { id: caller.actor, isGuest: caller.role === 'guest' },
      isGraded: tests !== undefined,
      exerciseId: isOfExercise ? request.exerciseId : undefined,
      userId: caller.userId,
      isFresh,
    };
  }

  /**
   * Runs the code, or finds the result of an identical graded run.
   *
   * @param signal ends the run, for instance when the caller goes away
   * @throws AppError `runs.internal`, and those of the queue; such a run is neither kept nor to be counted
   */
  async perform(run: PreparedRun, signal: AbortSignal, watcher?: RunWatcher): Promise<RunResponse> {
    const isReusable = run.exerciseId !== undefined;
    const known = isReusable && !run.isFresh ? await this.gradedResults.find(run.execution) : undefined;
    if (known !== undefined) return known;
    const result = await this.execution.run(run.execution, run.requester, signal, watcher);
    if (result.outcome === 'internal') throw runFailed();
    const response = toRunResponse(result, run.isGraded);
    if (isReusable) await this.gradedResults.keep(run.execution, response);
    return response;
  }

  /** Counts the result as progress when the exercise's own tests were run for an account. Known results count too: it is an attempt. */
  async count(
    tx: Transaction,
    { exerciseId, userId, execution }: PreparedRun,
    { outcome, executionTime, testResult }: RunResponse,
  ): Promise<void> {
    if (userId === null || exerciseId === undefined) return;
    const cases = testResult?.testCases ?? [];
    await this.progress.recordRun(tx, userId, exerciseId, {
      hasPassed: outcome === 'ok',
      score: scoreOf(cases),
      tests: cases.map(({ name, passed }) => ({ name, hasPassed: passed })),
      code: execution.code,
      executionTimeMs: executionTime,
      ranAt: new Date(),
    });
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
}
