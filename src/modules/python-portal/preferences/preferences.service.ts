import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { isAtLeast, type AccountCaller } from '../../identity/index.js';
import { makeAlias } from './alias.policy.js';
import type { PreferencesResponse, UpdatePreferencesRequest } from './preferences.dto.js';
import { leaderboardNeedsAccount } from './preferences.errors.js';
import { PreferencesRepository } from './preferences.repository.js';
import { defaultTimeZone } from './time-zone.policy.js';

@Injectable()
export class PreferencesService {
  constructor(private readonly preferences: PreferencesRepository) {}

  async get(userId: string): Promise<PreferencesResponse> {
    const { timeZone = null, leaderboardAlias = null } = (await this.preferences.find(userId)) ?? {};
    return {
      timeZone: timeZone ?? defaultTimeZone,
      leaderboard: leaderboardAlias !== null,
      alias: leaderboardAlias,
    };
  }

  /** @throws AppError `preferences.account-needed` for a guest who wants on the leaderboard */
  async update(
    { userId, role }: AccountCaller,
    { timeZone, leaderboard }: UpdatePreferencesRequest,
  ): Promise<PreferencesResponse> {
    if (leaderboard === true && !isAtLeast(role, 'student')) throw leaderboardNeedsAccount();
    const newAlias = makeAlias((below) => randomInt(below));
    await this.preferences.update(userId, { timeZone, isOnLeaderboard: leaderboard, newAlias });
    return this.get(userId);
  }
}
