import { Injectable } from '@nestjs/common';
import { Enveloped } from '../../../platform/http/envelope.js';
import { paginationOf } from '../exercises/exercise-search.policy.js';
import type { LeaderboardEntryResponse, LeaderboardQuery, LeaderboardResponse } from './leaderboard.dto.js';
import { LeaderboardRepository, type LeaderboardRow } from './leaderboard.repository.js';

const weekMs = 7 * 86_400_000;

/** Who has completed most, under made-up names and only those who want to be there. */
@Injectable()
export class LeaderboardService {
  constructor(private readonly leaderboard: LeaderboardRepository) {}

  async read(
    userId: string | null,
    { window, limit, offset }: LeaderboardQuery,
  ): Promise<Enveloped<LeaderboardResponse>> {
    const since = window === 'week' ? new Date(Date.now() - weekMs) : new Date(0);
    const [{ rows, total }, mine] = await Promise.all([
      this.leaderboard.page(since, limit, offset),
      userId === null ? undefined : this.leaderboard.find(since, userId),
    ]);
    const entryOf = ({ userId: owner, rank, alias, completed }: LeaderboardRow): LeaderboardEntryResponse => ({
      rank,
      alias,
      completed,
      isCaller: owner === userId,
    });
    const board = {
      window,
      entries: rows.map(entryOf),
      me: mine === undefined ? null : entryOf(mine),
    };
    return new Enveloped(board, { pagination: paginationOf(total, limit, offset) });
  }
}
