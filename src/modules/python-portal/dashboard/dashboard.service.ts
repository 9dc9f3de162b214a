import { Injectable, Logger } from '@nestjs/common';
import { AppConfig } from '../../../platform/config/app-config.js';
import { Users } from '../../identity/index.js';
import { PreferencesService } from '../preferences/preferences.service.js';
import { ProgressStatsService } from '../progress/progress-stats.service.js';
import { ProgressSummaryRepository } from '../progress/progress-summary.repository.js';
import { CallerExercises } from '../standing/caller-exercises.service.js';
import type { DashboardPart, DashboardProfileResponse, DashboardResponse, RecentRunResponse } from './dashboard.dto.js';

const maxNextExercises = 5;
const maxRecentRuns = 10;

/** Everything that a student's first page needs in one call. */
@Injectable()
export class DashboardService {
  private readonly logger = new Logger(DashboardService.name);

  constructor(
    private readonly config: AppConfig,
    private readonly users: Users,
    private readonly preferences: PreferencesService,
    private readonly stats: ProgressStatsService,
    private readonly exercises: CallerExercises,
    private readonly progress: ProgressSummaryRepository,
  ) {}

  /** Reads all parts at once. One that fails or takes longer than `DASHBOARD_PART_TIMEOUT` is left out, with a note. */
  async read(userId: string): Promise<DashboardResponse> {
    const failed: DashboardPart[] = [];
    const part = <T>(name: DashboardPart, reading: Promise<T>) =>
      within(this.config.progress.dashboardPartTimeoutMs, reading).catch((error: unknown) => {
        this.logger.warn(`The dashboard lacks ${name}: ${String(error)}`);
        failed.push(name);
        return null;
      });
    const [profile, preferences, progress, nextExercises, recentRuns] = await Promise.all([
      part('profile', this.profile(userId)),
      part('preferences', this.preferences.get(userId)),
      part('progress', this.stats.get(userId)),
      part('nextExercises', this.exercises.next(userId, maxNextExercises)),
      part('recentRuns', this.recentRuns(userId)),
    ]);
    return {
      profile,
      preferences,
      progress,
      streak: progress && {
        current: progress.currentStreak,
        longest: progress.longestStreak,
        lastActiveDay: progress.lastActiveDay,
      },
      nextExercises,
      recentRuns,
      isPartial: failed.length > 0,
      notes: failed.map((name) => ({
        part: name,
        message: 'This part cannot be read at the moment; try again later',
      })),
    };
  }

  private async profile(userId: string): Promise<DashboardProfileResponse> {
    const { id, role, displayName, username, email } = await this.users.get(userId);
    return { id, role, displayName, username, email };
  }

  private async recentRuns(userId: string): Promise<RecentRunResponse[]> {
    const runs = await this.progress.recentRuns(userId, maxRecentRuns);
    return runs.map(({ exerciseId, occurredAt, hasPassed, score, executionTimeMs }) => ({
      exerciseId,
      ranAt: occurredAt.toISOString(),
      passed: hasPassed === true,
      score: score ?? 0,
      executionTime: executionTimeMs ?? 0,
    }));
  }
}

/** @throws Error when it takes longer; what is being read goes on unheard */
async function within<T>(timeoutMs: number, reading: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not read within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([reading, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
