import { Injectable } from '@nestjs/common';
import { PersonalJson, type PersonalItem } from '../../../platform/http/personal-json.js';
import type { PreparedJson } from '../../../platform/http/prepared-json.js';
import type { Caller } from '../../identity/index.js';
import type { ExerciseMetadataResponse } from '../exercises/exercise.dto.js';
import type { Exercise } from '../exercises/exercise.model.js';
import type { ExerciseSearch } from '../exercises/exercise-search.policy.js';
import { toMetadata, toPublicExercise } from '../exercises/exercise.views.js';
import { CatalogueKeeper } from '../exercises/catalogue-keeper.js';
import { ExercisesService } from '../exercises/exercises.service.js';
import { ProgressSummaryRepository } from '../progress/progress-summary.repository.js';
import { ExerciseTexts } from './exercise-texts.js';
import { nextExercises, standingOf, type ProgressByExercise } from './standing.policy.js';
import type { StandingResponse } from './standing.response.js';

type Answer = PreparedJson | Promise<PersonalJson>;

/** Exercises as somebody in particular sees them; whoever has no account gets the answer that is the same for everybody. */
@Injectable()
export class CallerExercises {
  private readonly texts = { whole: new ExerciseTexts(toPublicExercise), metadata: new ExerciseTexts(toMetadata) };

  constructor(
    private readonly exercises: ExercisesService,
    private readonly keeper: CatalogueKeeper,
    private readonly progress: ProgressSummaryRepository,
  ) {}

  list(caller: Caller | undefined, search: ExerciseSearch): Answer {
    if (!hasAccount(caller)) return this.exercises.list(search);
    return this.listFor(caller.userId, search);
  }

  /** @throws AppError `exercises.invalid-id`, `exercises.not-found` */
  get(caller: Caller | undefined, id: string): Answer {
    if (!hasAccount(caller)) return this.exercises.get(id);
    return this.getFor(caller.userId, id, this.texts.whole, 'Exercise retrieved successfully');
  }

  /** @throws AppError `exercises.invalid-id`, `exercises.not-found` */
  getMetadata(caller: Caller | undefined, id: string): Answer {
    if (!hasAccount(caller)) return this.exercises.getMetadata(id);
    return this.getFor(caller.userId, id, this.texts.metadata, 'Exercise metadata retrieved successfully');
  }

  /** @throws AppError `exercises.invalid-id`, `exercises.not-found` */
  async standing(userId: string, id: string): Promise<StandingResponse> {
    return standingOf(this.exercises.getExercise(id), await this.progressOf(userId));
  }

  /** What to do next, with where the person stands. */
  async next(userId: string, limit: number): Promise<(ExerciseMetadataResponse & { status: StandingResponse })[]> {
    const progress = await this.progressOf(userId);
    const next = nextExercises(this.exercises.all(), progress).slice(0, limit);
    return next.map((exercise) => ({ ...toMetadata(exercise), status: standingOf(exercise, progress) }));
  }

  private async listFor(userId: string, search: ExerciseSearch): Promise<PersonalJson> {
    const { exercises, pagination } = this.exercises.search(search);
    const progress = await this.progressOf(userId);
    const items = exercises.map((exercise) => personalItem(exercise, this.texts.whole, progress));
    return new PersonalJson(items, `Retrieved ${items.length} exercises`, { pagination }, this.keeper.ageSeconds);
  }

  private async getFor(userId: string, id: string, texts: ExerciseTexts, message: string): Promise<PersonalJson> {
    const exercise = this.exercises.getExercise(id);
    return new PersonalJson(
      personalItem(exercise, texts, await this.progressOf(userId)),
      message,
      {},
      this.keeper.ageSeconds,
    );
  }

  private async progressOf(userId: string): Promise<ProgressByExercise> {
    return new Map((await this.progress.summaries(userId)).map((summary) => [summary.exerciseId, summary]));
  }
}

const hasAccount = (caller: Caller | undefined): caller is Caller & { userId: string } =>
  caller !== undefined && caller.userId !== null;

function personalItem(exercise: Exercise, texts: ExerciseTexts, progress: ProgressByExercise): PersonalItem {
  return { shared: texts.of(exercise), own: { status: standingOf(exercise, progress) } };
}
