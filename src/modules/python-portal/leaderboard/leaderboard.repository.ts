import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';

export interface LeaderboardRow {
  userId: string;
  rank: number;
  alias: string;
  completed: number;
}

/**
 * SQL: everybody who wants on the board, by what they completed since $1. Ties go to who was first, and then by a hash that tells
 * nobody how old an account is, so that the order never changes between two pages.
 */
const ranked = `
  SELECT mine.user_id, mine.leaderboard_alias AS alias, count(*)::int AS completed,
      row_number() OVER (ORDER BY count(*) DESC, max(progress.completed_at), md5(mine.user_id::text))::int AS rank
    FROM portal_preferences mine JOIN exercise_progress progress ON progress.user_id = mine.user_id
   WHERE mine.leaderboard_alias IS NOT NULL AND progress.completed_at >= $1
     AND (progress.gave_up_at IS NULL OR progress.gave_up_at > progress.completed_at)
   GROUP BY mine.user_id`;

@Injectable()
export class LeaderboardRepository {
  constructor(private readonly database: Database) {}

  async page(since: Date, limit: number, offset: number): Promise<{ rows: LeaderboardRow[]; total: number }> {
    const rows = await this.database.manager().query<(LeaderboardRow & { total: number })[]>(
      `WITH ranked AS (${ranked})
       SELECT user_id AS "userId", rank, alias, completed, (SELECT count(*)::int FROM ranked) AS total
         FROM ranked ORDER BY rank LIMIT $2 OFFSET $3`,
      [since, limit, offset],
    );
    const total = rows[0]?.total ?? (offset === 0 ? 0 : await this.count(since));
    return { rows, total };
  }

  async find(since: Date, userId: string): Promise<LeaderboardRow | undefined> {
    const rows = await this.database
      .manager()
      .query<LeaderboardRow[]>(
        `WITH ranked AS (${ranked}) SELECT user_id AS "userId", rank, alias, completed FROM ranked WHERE user_id = $2`,
        [since, userId],
      );
    return rows[0];
  }

  private async count(since: Date): Promise<number> {
    const [row] = await this.database
      .manager()
      .query<[{ count: number }]>(`WITH ranked AS (${ranked}) SELECT count(*)::int AS count FROM ranked`, [since]);
    return row.count;
  }
}
