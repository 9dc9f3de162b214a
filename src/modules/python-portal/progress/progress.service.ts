import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../../platform/database/database.js';
import { Enveloped } from '../../../platform/http/envelope.js';
import { paginationOf } from '../exercises/exercise-search.policy.js';
import { ExercisesService } from '../exercises/exercises.service.js';
import type { ProgressDetailResponse, ProgressQuery, ProgressResponse } from './progress.dto.js';
import { eventOfRun, nothingDone, type GradedRun } from './progress.policy.js';
import { ProgressRepository } from './progress.repository.js';
import { ProgressStore } from './progress-store.service.js';
import { TestResultsRepository } from './test-results.repository.js';
import { toProgress, toProgressDetail } from './progress.views.js';

/** What people have done, and the runs that count for it. */
@Injectable()
export class ProgressService {
  constructor(
    private readonly store: ProgressStore,
    private readonly progress: ProgressRepository,
    private readonly exercises: ExercisesService,
    private readonly testResults: TestResultsRepository,
  ) {}

  /** Counts a graded run in the caller's transaction, with the events it causes. A named run counts once. */
  async recordRun(tx: Transaction, userId: string, exerciseId: string, run: GradedRun): Promise<void> {
    const event = eventOfRun(exerciseId, run, randomUUID);
    const isNew = (await this.store.record(tx, userId, [event])).length > 0;
    const exercise = this.exercises.findExercise(exerciseId);
    if (!isNew || exercise === undefined || run.tests === undefined || run.tests.length === 0) return;
    await this.testResults.add(tx, { userId, exerciseId, version: exercise.version }, run.tests);
  }

  async list(userId: string, { limit, offset }: ProgressQuery): Promise<Enveloped<ProgressResponse[]>> {
    const [rows, total] = await this.progress.list(userId, limit, offset);
    return new Enveloped(rows.map(toProgress), { pagination: paginationOf(total, limit, offset) });
  }

  /**
   * What is known of one exercise; nothing done yet is an answer too, with zero attempts.
   *
   * @throws AppError `exercises.not-found`
   */
  async get(userId: string, exerciseId: string): Promise<ProgressDetailResponse> {
    this.exercises.getExercise(exerciseId);
    const progress = await this.progress.find(userId, exerciseId);
    return toProgressDetail(progress ?? { ...nothingDone, userId, exerciseId });
  }
}
