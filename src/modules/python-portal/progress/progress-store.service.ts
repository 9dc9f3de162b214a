import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../../platform/database/database.js';
import { EventPublisher } from '../../../platform/events/event-publisher.js';
import { ExercisesService } from '../exercises/exercises.service.js';
import type { ExerciseProgressEntity } from './exercise-progress.entity.js';
import { exerciseCompleted, progressUpdated } from './progress.events.js';
import { combine, nothingDone, stateOf, type ProgressEvent, type ProgressState } from './progress.policy.js';
import { ProgressRepository } from './progress.repository.js';

/** The one place where progress changes, whoever tells of it: runs, devices, hints, giving up. */
@Injectable()
export class ProgressStore {
  constructor(
    private readonly progress: ProgressRepository,
    private readonly exercises: ExercisesService,
    private readonly events: EventPublisher,
  ) {}

  /**
   * Counts those of the events that were not counted before. What changes and the events that tell of it commit together;
   * `exercise.completed` is published once a person and exercise.
   *
   * @returns the progress with every exercise that the new events are about; none when all were known
   */
  async record(tx: Transaction, userId: string, events: ProgressEvent[]): Promise<ExerciseProgressEntity[]> {
    await this.progress.lock(tx, userId);
    const fresh = await this.uncounted(tx, userId, events);
    if (fresh.length === 0) return [];
    const exerciseIds = [...new Set(fresh.map(({ exerciseId }) => exerciseId))];
    const known = await this.progress.findMany(tx, userId, exerciseIds);
    const changes = exerciseIds.map((exerciseId) => {
      const added = fresh.filter((event) => event.exerciseId === exerciseId);
      const before = known.find((progress) => progress.exerciseId === exerciseId);
      const after = added.map(stateOf).reduce<ProgressState>(combine, before ?? nothingDone);
      return { added, before, after: { ...after, userId, exerciseId } };
    });
    await this.progress.insertEvents(
      tx,
      fresh.map((event) => rowOf(userId, event)),
    );
    await this.progress.save(
      tx,
      changes.map(({ after }) => after),
    );
    for (const { added, before, after } of changes) await this.publish(tx, added, before, after);
    return changes.map(({ after }) => after);
  }

  private async uncounted(tx: Transaction, userId: string, events: ProgressEvent[]): Promise<ProgressEvent[]> {
    const fresh = new Map<string, ProgressEvent>();
    for (const source of ['server', 'client'] as const) {
      const ofSource = events.filter((event) => event.source === source);
      if (ofSource.length === 0) continue;
      const ids = ofSource.map(({ id }) => id);
      const counted = await this.progress.findCounted(tx, userId, source, ids);
      for (const event of ofSource) {
        const key = `${source} ${event.id}`;
        if (!counted.has(event.id) && !fresh.has(key)) fresh.set(key, event);
      }
    }
    return [...fresh.values()];
  }

  /** Tells of progress that came together from two people's. */
  async publishMerge(tx: Transaction, before: ProgressState | undefined, after: ExerciseProgressEntity): Promise<void> {
    await this.announce(tx, before, after, { hasPassed: false, occurredAt: new Date() });
  }

  private async publish(
    tx: Transaction,
    added: ProgressEvent[],
    before: ProgressState | undefined,
    after: ExerciseProgressEntity,
  ): Promise<void> {
    const { occurredAt } = added.reduce((a, b) => (a.occurredAt >= b.occurredAt ? a : b));
    const hasPassed = added.some(({ run }) => run?.hasPassed === true);
    await this.announce(tx, before, after, { hasPassed, occurredAt });
  }

  private async announce(
    tx: Transaction,
    before: ProgressState | undefined,
    { userId, exerciseId, attempts, completedAt }: ExerciseProgressEntity,
    { hasPassed, occurredAt }: { hasPassed: boolean; occurredAt: Date },
  ): Promise<void> {
    const options = { subject: userId, occurredAt };
    const completed = completedAt !== null;
    await this.events.publish(tx, progressUpdated, { userId, exerciseId, attempts, completed, hasPassed }, options);
    if (completedAt === null || (before !== undefined && before.completedAt !== null)) return;
    // What was taken out of the catalogue meanwhile, by a merge or a late event, completes nothing that there is.
    const exercise = this.exercises.findExercise(exerciseId);
    if (exercise === undefined) return;
    const { title, difficulty } = exercise;
    await this.events.publish(
      tx,
      exerciseCompleted,
      { userId, exerciseId, title, difficulty, attempts, completedAt: completedAt.toISOString() },
      options,
    );
  }
}

function rowOf(userId: string, event: ProgressEvent) {
  const { source, id, exerciseId, occurredAt, isActivity, run } = event;
  return {
    userId,
    source,
    eventId: id,
    exerciseId,
    occurredAt,
    isActivity,
    isAttempt: event.isAttempt === true,
    timeSpentSeconds: event.timeSpentSeconds ?? 0,
    score: run?.score ?? null,
    hasPassed: run?.hasPassed ?? null,
    executionTimeMs: run?.executionTimeMs ?? null,
    contentHash: event.contentHash ?? null,
  };
}
