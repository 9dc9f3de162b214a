import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { PortalPreferencesEntity } from './portal-preferences.entity.js';

export interface PreferenceChanges {
  timeZone: string | undefined;
  isOnLeaderboard: boolean | undefined;
  /** For whoever comes on the leaderboard without a name. */
  newAlias: string;
}

@Injectable()
export class PreferencesRepository {
  constructor(private readonly database: Database) {}

  find(userId: string): Promise<PortalPreferencesEntity | null> {
    return this.database.manager().findOneBy(PortalPreferencesEntity, { userId });
  }

  /** In one statement, so that two changes at once both hold. */
  async update(userId: string, { timeZone, isOnLeaderboard, newAlias }: PreferenceChanges): Promise<void> {
    await this.database.manager().query(
      `INSERT INTO portal_preferences AS mine (user_id, time_zone, leaderboard_alias)
       VALUES ($1, $2::text, CASE WHEN $3::boolean THEN $4::text END)
       ON CONFLICT (user_id) DO UPDATE SET
         time_zone = coalesce($2, mine.time_zone),
         leaderboard_alias = CASE WHEN $3 THEN coalesce(mine.leaderboard_alias, $4)
                                  WHEN NOT $3 THEN NULL ELSE mine.leaderboard_alias END,
         updated_at = now()`,
      [userId, timeZone ?? null, isOnLeaderboard ?? null, newAlias],
    );
  }

  async deleteOf(tx: Transaction, userIds: string[]): Promise<void> {
    await tx.delete(PortalPreferencesEntity, { userId: In(userIds) });
  }
}
