import { Injectable } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validate } from 'class-validator';
import { AppConfig } from '../../../platform/config/app-config.js';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { AppError } from '../../../platform/errors/app-error.js';
import { fieldErrors, invalidRequest, validationOptions } from '../../../platform/http/validation.pipe.js';
import type { KeepAnswer } from '../../../platform/idempotency/idempotency.js';
import { ExercisesService } from '../exercises/exercises.service.js';
import { admitClientEvent, contentHashOf } from './client-event.policy.js';
import { ProgressEventRequest, type ProgressEventResult, type ProgressSyncResponse } from './progress-event.dto.js';
import type { ProgressDetailResponse } from './progress.dto.js';
import { eventIdReused, eventTooOld, tooManyEvents } from './progress.errors.js';
import type { ProgressEvent } from './progress.policy.js';
import { ProgressRepository } from './progress.repository.js';
import { ProgressStore } from './progress-store.service.js';
import { toProgressDetail } from './progress.views.js';

/** What becomes of one event: it counts, it counted before, or why it cannot count. */
type Verdict = { event: ProgressEvent } | 'duplicate' | AppError;

/** Takes over what devices tell, each event once and on its own merits. */
@Injectable()
export class ProgressSyncService {
  constructor(
    private readonly config: AppConfig,
    private readonly database: Database,
    private readonly store: ProgressStore,
    private readonly progress: ProgressRepository,
    private readonly exercises: ExercisesService,
  ) {}

  /**
   * Counts one event.
   *
   * @param keep writes the answer with what it tells of
   * @throws AppError `exercises.not-found`, `progress.event-too-old`, `progress.event-id-reused`, `progress.too-many-events`
   */
  async add(
    userId: string,
    request: ProgressEventRequest,
    keep: KeepAnswer<ProgressDetailResponse>,
  ): Promise<ProgressDetailResponse> {
    return this.database.transaction(async (tx) => {
      await this.progress.lock(tx, userId);
      const [verdict] = await this.judge(tx, userId, [request]);
      if (verdict instanceof AppError) throw verdict;
      if (typeof verdict === 'object') await this.store.record(tx, userId, [verdict.event]);
      const [progress] = await this.progress.findMany(tx, userId, [request.exerciseId]);
      if (progress === undefined) throw new Error('A counted event left no progress');
      const answer = toProgressDetail(progress);
      await keep(tx, answer);
      return answer;
    });
  }

  /**
   * Counts the events that can count, whatever is wrong with others, in one transaction: repeating it after a failure is safe.
   *
   * @param keep writes the answer with what it tells of
   * @throws AppError `request.invalid` when there are more than `PROGRESS_SYNC_MAX_EVENTS`
   */
  async sync(userId: string, items: unknown[], keep: KeepAnswer<ProgressSyncResponse>): Promise<ProgressSyncResponse> {
    const { syncMaxEvents } = this.config.progress;
    if (items.length > syncMaxEvents) {
      throw invalidRequest([{ field: 'events', message: `must not hold more than ${syncMaxEvents} events` }]);
    }
    const read = await Promise.all(items.map(readEvent));
    const requests = read.filter((item) => item instanceof ProgressEventRequest);
    return this.database.transaction(async (tx) => {
      await this.progress.lock(tx, userId);
      const judged = await this.judge(tx, userId, requests);
      const verdicts = read.map((item) => (item instanceof AppError ? item : judged[requests.indexOf(item)]));
      const events = judged.flatMap((verdict) => (isCounted(verdict) ? [verdict.event] : []));
      await this.store.record(tx, userId, events);
      const results = verdicts.map((verdict, index) => resultOf(verdict, index, items[index]));
      const count = (outcome: string) => results.filter((result) => result.outcome === outcome).length;
      const exerciseIds = [...new Set(requests.map(({ exerciseId }) => exerciseId))];
      const answer = {
        results,
        applied: count('applied'),
        duplicates: count('duplicate'),
        refused: count('refused'),
        progress: (await this.progress.findMany(tx, userId, exerciseIds)).map(toProgressDetail),
      };
      await keep(tx, answer);
      return answer;
    });
  }

  /** In the order of the requests, each as if those before it had been counted. */
  private async judge(tx: Transaction, userId: string, requests: ProgressEventRequest[]): Promise<Verdict[]> {
    const ids = requests.map(({ eventId }) => eventId);
    const counted = await this.progress.findCounted(tx, userId, 'client', ids);
    const exerciseIds = [...new Set(requests.map(({ exerciseId }) => exerciseId))];
    const standing = await this.progress.findMany(tx, userId, exerciseIds);
    const sent = new Map(standing.map(({ exerciseId, clientEvents }) => [exerciseId, clientEvents]));
    const now = new Date();
    return requests.map((request) => {
      const { eventId, exerciseId } = request;
      const known = counted.get(eventId);
      if (known !== undefined) return known === contentHashOf(request) ? 'duplicate' : eventIdReused();
      const verdict = this.admit(request, sent.get(exerciseId) ?? 0, now);
      if (verdict instanceof AppError) return verdict;
      counted.set(eventId, verdict.contentHash ?? null);
      sent.set(exerciseId, (sent.get(exerciseId) ?? 0) + 1);
      return { event: verdict };
    });
  }

  private admit(request: ProgressEventRequest, alreadySent: number, now: Date): ProgressEvent | AppError {
    const { eventMaxAgeSeconds, eventMaxTimeSpentSeconds, exerciseMaxEvents } = this.config.progress;
    const limits = { maxAgeSeconds: eventMaxAgeSeconds, maxTimeSpentSeconds: eventMaxTimeSpentSeconds };
    try {
      const { hints } = this.exercises.getExercise(request.exerciseId);
      if (alreadySent >= exerciseMaxEvents) return tooManyEvents(exerciseMaxEvents);
      return admitClientEvent(request, hints.length, now, limits) ?? eventTooOld(eventMaxAgeSeconds);
    } catch (error) {
      if (error instanceof AppError) return error;
      throw error;
    }
  }
}

/** One item of a batch, validated like a request of its own. */
async function readEvent(item: unknown): Promise<ProgressEventRequest | AppError> {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) {
    return invalidRequest([{ field: 'event', message: 'must be an object' }]);
  }
  const request = plainToInstance(ProgressEventRequest, item);
  const errors = await validate(request, validationOptions);
  return errors.length === 0 ? request : invalidRequest(fieldErrors(errors));
}

const isCounted = (verdict: Verdict | undefined): verdict is { event: ProgressEvent } =>
  typeof verdict === 'object' && 'event' in verdict;

function resultOf(verdict: Verdict | undefined, index: number, item: unknown): ProgressEventResult {
  const { eventId } = (item ?? {}) as { eventId?: unknown };
  const result = { index, eventId: typeof eventId === 'string' ? eventId.slice(0, 100) : null };
  if (verdict instanceof AppError) {
    return { ...result, outcome: 'refused', code: verdict.code, message: verdict.message };
  }
  return { ...result, outcome: verdict === 'duplicate' ? 'duplicate' : 'applied' };
}
