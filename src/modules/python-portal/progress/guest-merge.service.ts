import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../../platform/database/database.js';
import { GuestAccounts, type AccountCaller } from '../../identity/index.js';
import { mergeFacts, nothingDone } from './progress.policy.js';
import { ProgressMergeRepository } from './progress-merge.repository.js';
import { ProgressRepository } from './progress.repository.js';
import { ProgressStore } from './progress-store.service.js';

/** Brings what somebody did as a guest into the account that they have. */
@Injectable()
export class GuestMergeService {
  constructor(
    private readonly guests: GuestAccounts,
    private readonly progress: ProgressRepository,
    private readonly merging: ProgressMergeRepository,
    private readonly store: ProgressStore,
  ) {}

  /**
   * Merges by the rules of single events, so an event that both have counts once, and removes the guest.
   *
   * @returns how many exercises the guest had begun
   * @throws AppError `users.not-a-guest-token`
   */
  async merge(caller: AccountCaller, guestToken: string): Promise<number> {
    let exercises = 0;
    await this.guests.dissolve(caller, guestToken, async (tx, guestId) => {
      exercises = await this.takeOver(tx, guestId, caller.userId);
    });
    return exercises;
  }

  private async takeOver(tx: Transaction, guestId: string, userId: string): Promise<number> {
    // In one order for everybody, so that two merges never wait for each other.
    for (const id of [guestId, userId].toSorted()) await this.progress.lock(tx, id);
    const guests = await this.merging.all(tx, guestId);
    const exerciseIds = guests.map(({ exerciseId }) => exerciseId);
    const own = new Map((await this.progress.findMany(tx, userId, exerciseIds)).map((row) => [row.exerciseId, row]));
    await this.merging.moveEvents(tx, guestId, userId);
    await this.merging.moveTestResults(tx, guestId, userId);
    const counts = await this.merging.counts(tx, userId, exerciseIds);
    const merged = guests.map((guest) => {
      const { exerciseId } = guest;
      const { attempts, timeSpentSeconds, clientEvents } = counts.get(exerciseId) ?? nothingDone;
      const facts = mergeFacts(own.get(exerciseId) ?? nothingDone, guest);
      return { ...facts, attempts, timeSpentSeconds, clientEvents, userId, exerciseId };
    });
    if (merged.length > 0) await this.progress.save(tx, merged);
    for (const after of merged) await this.store.publishMerge(tx, own.get(after.exerciseId), after);
    await this.progress.deleteOf(tx, [guestId]);
    return merged.length;
  }
}
