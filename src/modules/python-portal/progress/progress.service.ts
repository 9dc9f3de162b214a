import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../../platform/database/database.js';
import { EventPublisher } from '../../../platform/events/event-publisher.js';
import { ExercisesService } from '../exercises/exercises.service.js';
import type { ExerciseProgressEntity } from './exercise-progress.entity.js';
import type { ProgressResponse } from './progress.dto.js';
import { exerciseCompleted, progressUpdated } from './progress.events.js';
import { addRun, type GradedRun } from './progress.policy.js';
import { ProgressRepository } from './progress.repository.js';

@Injectable()
export class ProgressService {
  constructor(
    private readonly progress: ProgressRepository,
    private readonly exercises: ExercisesService,
    private readonly events: EventPublisher,
  ) {}

  /** Counts a graded run in the caller's transaction, with the events it causes. `exercise.completed` is published once. */
  async recordRun(tx: Transaction, userId: string, exerciseId: string, run: GradedRun): Promise<void> {
    const before = await this.progress.lock(tx, userId, exerciseId);
    const after = addRun(before, run);
    await this.progress.save(tx, { userId, exerciseId, ...after });
    const subject = { subject: userId, occurredAt: run.ranAt };
    await this.events.publish(
      tx,
      progressUpdated,
      {
        userId,
        exerciseId,
        attempts: after.attempts,
        completed: after.completedAt !== null,
        hasPassed: run.hasPassed,
      },
      subject,
    );
    if (after.completedAt === null || before?.completedAt) return;
    const { title, difficulty } = this.exercises.getExercise(exerciseId);
    await this.events.publish(
      tx,
      exerciseCompleted,
      {
        userId,
        exerciseId,
        title,
        difficulty,
        attempts: after.attempts,
        completedAt: after.completedAt.toISOString(),
      },
      subject,
    );
  }

  async list(userId: string): Promise<ProgressResponse[]> {
    return (await this.progress.list(userId)).map(toResponse);
  }

  /** What is known of one exercise; nothing done yet is an answer too, with zero attempts.
   *
   * @throws AppError `exercises.not-found`
   */
  async get(userId: string, exerciseId: string): Promise<ProgressResponse | null> {
    this.exercises.getExercise(exerciseId);
    const progress = await this.progress.find(userId, exerciseId);
    return progress === null ? null : toResponse(progress);
  }
}

function toResponse(progress: ExerciseProgressEntity): ProgressResponse {
  return {
    userId: progress.userId,
    exerciseId: progress.exerciseId,
    completed: progress.completedAt !== null,
    attempts: progress.attempts,
    ...(progress.completedAt !== null && { completedAt: progress.completedAt.toISOString() }),
    ...(progress.bestSolution !== null && { bestSolution: progress.bestSolution }),
    lastAttemptAt: progress.lastAttemptAt.toISOString(),
  };
}
