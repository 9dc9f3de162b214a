import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import { isAtLeast, type Caller } from '../../identity/index.js';
import type { Exercise } from '../exercises/exercise.model.js';
import { ExercisesService } from '../exercises/exercises.service.js';
import { ProgressStore } from '../progress/progress-store.service.js';
import { ProgressRepository } from '../progress/progress.repository.js';
import type { SolutionResponse } from './hints.dto.js';
import { solutionLocked } from './hints.errors.js';

/** The solution: for who has found one or gives up, and for who teaches. */
@Injectable()
export class SolutionsService {
  constructor(
    private readonly database: Database,
    private readonly exercises: ExercisesService,
    private readonly progress: ProgressRepository,
    private readonly store: ProgressStore,
  ) {}

  /** @throws AppError `exercises.not-found`, `solutions.locked` */
  async get({ userId, role }: Caller, exerciseId: string): Promise<SolutionResponse> {
    const exercise = this.exercises.getExercise(exerciseId);
    if (isAtLeast(role, 'instructor')) return toSolution(exercise);
    const progress = userId === null ? null : await this.progress.find(userId, exerciseId);
    if (!progress || (progress.completedAt === null && progress.gaveUpAt === null)) throw solutionLocked();
    return toSolution(exercise);
  }

  /**
   * Notes that the person gives up, and opens the solution. Who has completed the exercise has nothing to give up.
   *
   * @throws AppError `exercises.not-found`
   */
  async giveUp(userId: string, exerciseId: string): Promise<SolutionResponse> {
    const exercise = this.exercises.getExercise(exerciseId);
    await this.database.transaction(async (tx) => {
      await this.progress.lock(tx, userId);
      const [progress] = await this.progress.findMany(tx, userId, [exerciseId]);
      if (progress !== undefined && progress.completedAt !== null) return;
      const event = { source: 'server', id: `give-up:${exerciseId}`, exerciseId, occurredAt: new Date() } as const;
      await this.store.record(tx, userId, [{ ...event, isActivity: true, isGiveUp: true }]);
    });
    return toSolution(exercise);
  }
}

const toSolution = ({ id, solutionCode, version }: Exercise): SolutionResponse => ({
  exerciseId: id,
  solutionCode,
  version,
});
