import { Injectable } from '@nestjs/common';
import { ExecutionService } from '../execution/execution.service.js';
import { ExercisesService } from '../exercises/exercises.service.js';
import { scoreOf, testsOf } from './run.policy.js';
import { runFailed } from './runs.errors.js';

export interface Grade {
  hasPassed: boolean;
  /** Percent of the tests; 100 exactly when it passed. */
  score: number;
  executionTimeMs: number;
}

/** As `POST /execute` gives when nothing is asked for. */
const limits = { timeoutMs: 10_000, memoryLimitMb: 128 };

/** All regrades together wait as one requester, so students who are at work go in between. */
const requester = { id: 'regrade', isGuest: false };

/** Runs an exercise's tests against code on behalf of the portal; nothing is counted. */
@Injectable()
export class SolutionGrader {
  constructor(
    private readonly exercises: ExercisesService,
    private readonly execution: ExecutionService,
  ) {}

  /** @throws AppError `exercises.not-found`, `runs.internal`, and those of the queue */
  async grade(exerciseId: string, code: string, signal: AbortSignal): Promise<Grade> {
    const tests = testsOf(this.exercises.getExercise(exerciseId));
    const result = await this.execution.run({ code, tests, ...limits }, requester, signal);
    if (result.outcome === 'internal') throw runFailed();
    const hasPassed = result.outcome === 'ok';
    const score = hasPassed ? 100 : Math.min(99, scoreOf(result.testCases));
    return { hasPassed, score, executionTimeMs: result.executionTimeMs };
  }
}
