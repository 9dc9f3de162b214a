import { Injectable } from '@nestjs/common';
import { ExercisesService } from '../exercises/exercises.service.js';
import { PreferencesService } from '../preferences/preferences.service.js';
import type { ProgressStatsResponse } from './progress-stats.dto.js';
import { totalsOf } from './progress-stats.policy.js';
import { ProgressSummaryRepository } from './progress-summary.repository.js';
import { dayIn, streaksOf } from './streak.policy.js';

@Injectable()
export class ProgressStatsService {
  constructor(
    private readonly progress: ProgressSummaryRepository,
    private readonly preferences: PreferencesService,
    private readonly exercises: ExercisesService,
  ) {}

  /** Totals over the catalogue, and streaks in the person's own time zone. */
  async get(userId: string): Promise<ProgressStatsResponse> {
    const [summaries, times, { timeZone }] = await Promise.all([
      this.progress.summaries(userId),
      this.progress.activeTimes(userId),
      this.preferences.get(userId),
    ]);
    const dayOf = dayIn(timeZone);
    const { current, longest, activeDays, lastActiveDay } = streaksOf(times.map(dayOf), dayOf(new Date()));
    return {
      ...totalsOf(this.exercises.all(), summaries),
      currentStreak: current,
      longestStreak: longest,
      activeDays,
      lastActiveDay,
      timeZone,
    };
  }
}
