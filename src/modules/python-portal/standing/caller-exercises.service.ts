import { Injectable } from '@nestjs/common';
import { envelopeOf, Enveloped, type Envelope } from '../../../platform/http/envelope.interceptor.js';
import type { PreparedJson } from '../../../platform/http/prepared-json.js';
import type { Caller } from '../../identity/index.js';
import type { ExerciseMetadataResponse, ExerciseResponse } from '../exercises/exercise.dto.js';
import type { Exercise } from '../exercises/exercise.model.js';
import type { ExerciseSearch } from '../exercises/exercise-search.policy.js';
import { toMetadata, toPublicExercise } from '../exercises/exercise.views.js';
import { ExercisesService } from '../exercises/exercises.service.js';
import { ProgressSummaryRepository } from '../progress/progress-summary.repository.js';
import { nextExercises, standingOf, type ProgressByExercise } from './standing.policy.js';
import type { StandingResponse } from './standing.response.js';

type Answer<Data> = PreparedJson | Promise<Envelope<Data>>;

/** Exercises as somebody in particular sees them; whoever has no account gets the answer that is the same for everybody. */
@Injectable()
export class CallerExercises {
  constructor(
    private readonly exercises: ExercisesService,
    private readonly progress: ProgressSummaryRepository,
  ) {}

  list(caller: Caller | undefined, search: ExerciseSearch): Answer<ExerciseResponse[]> {
    if (!hasAccount(caller)) return this.exercises.list(search);
    return this.listFor(caller.userId, search);
  }

  /** @throws AppError `exercises.invalid-id`, `exercises.not-found` */
  get(caller: Caller | undefined, id: string): Answer<ExerciseResponse> {
    if (!hasAccount(caller)) return this.exercises.get(id);
    return this.getFor(caller.userId, id, toPublicExercise, 'Exercise retrieved successfully');
  }

  /** @throws AppError `exercises.invalid-id`, `exercises.not-found` */
  getMetadata(caller: Caller | undefined, id: string): Answer<ExerciseMetadataResponse> {
    if (!hasAccount(caller)) return this.exercises.getMetadata(id);
    return this.getFor(caller.userId, id, toMetadata, 'Exercise metadata retrieved successfully');
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

  private async listFor(userId: string, search: ExerciseSearch): Promise<Envelope<ExerciseResponse[]>> {
    const { exercises, pagination } = this.exercises.search(search);
    const progress = await this.progressOf(userId);
    const data = exercises.map((exercise) => ({
      ...toPublicExercise(exercise),
      status: standingOf(exercise, progress),
    }));
    return envelopeOf(new Enveloped(data, { pagination }), `Retrieved ${data.length} exercises`);
  }

  private async getFor<View>(
    userId: string,
    id: string,
    viewOf: (exercise: Exercise) => View,
    message: string,
  ): Promise<Envelope<View & { status: StandingResponse }>> {
    const exercise = this.exercises.getExercise(id);
    const status = standingOf(exercise, await this.progressOf(userId));
    return envelopeOf({ ...viewOf(exercise), status }, message);
  }

  private async progressOf(userId: string): Promise<ProgressByExercise> {
    return new Map((await this.progress.summaries(userId)).map((summary) => [summary.exerciseId, summary]));
  }
}

const hasAccount = (caller: Caller | undefined): caller is Caller & { userId: string } =>
  caller !== undefined && caller.userId !== null;
