import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import type { Exercise } from '../exercises/exercise.model.js';
import { ExercisesService } from '../exercises/exercises.service.js';
import { ProgressStore } from '../progress/progress-store.service.js';
import { ProgressRepository } from '../progress/progress.repository.js';
import type { HintResponse, HintsResponse, NextHintResponse } from './hints.dto.js';
import { hintOutOfOrder, noHintLeft } from './hints.errors.js';

/** Shows hints one by one; each that is shown becomes part of the person's progress. */
@Injectable()
export class HintsService {
  constructor(
    private readonly database: Database,
    private readonly exercises: ExercisesService,
    private readonly progress: ProgressRepository,
    private readonly store: ProgressStore,
  ) {}

  /**
   * Those that the person has been shown.
   *
   * @throws AppError `exercises.not-found`
   */
  async list(userId: string, exerciseId: string): Promise<HintsResponse> {
    const exercise = this.exercises.getExercise(exerciseId);
    const { hintsRevealed = 0 } = (await this.progress.find(userId, exerciseId)) ?? {};
    const shown = Math.min(hintsRevealed, exercise.hints.length);
    return {
      hints: exercise.hints.slice(0, shown).map((_, index) => hintAt(exercise, index + 1)),
      remaining: exercise.hints.length - shown,
    };
  }

  /**
   * The next hint, or one that was shown before.
   *
   * @param step counted from 1; the first that was not shown when left out
   * @throws AppError `exercises.not-found`, `hints.out-of-order`, `hints.none-left`
   */
  next(userId: string, exerciseId: string, step?: number): Promise<NextHintResponse> {
    const exercise = this.exercises.getExercise(exerciseId);
    const { length } = exercise.hints;
    return this.database.transaction(async (tx) => {
      await this.progress.lock(tx, userId);
      const [{ hintsRevealed } = { hintsRevealed: 0 }] = await this.progress.findMany(tx, userId, [exerciseId]);
      const nextStep = hintsRevealed + 1;
      const wanted = step ?? nextStep;
      if (wanted > length) throw noHintLeft(length);
      if (wanted > nextStep) throw hintOutOfOrder(nextStep);
      await this.store.record(tx, userId, [
        {
          source: 'server',
          id: `hint:${exerciseId}:${wanted}`,
          exerciseId,
          occurredAt: new Date(),
          isActivity: true,
          hintsRevealed: wanted,
        },
      ]);
      return { ...hintAt(exercise, wanted), remaining: length - Math.min(length, Math.max(hintsRevealed, wanted)) };
    });
  }
}

function hintAt({ hints }: Exercise, step: number): HintResponse {
  const hint = hints[step - 1];
  if (hint === undefined) throw noHintLeft(hints.length);
  const { id, title, content, revealLevel } = hint;
  return { step, id, title, content, revealLevel };
}
