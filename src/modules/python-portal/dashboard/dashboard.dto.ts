import { ApiProperty } from '@nestjs/swagger';
import { ExerciseMetadataResponse } from '../exercises/exercise.dto.js';
import { PreferencesResponse } from '../preferences/preferences.dto.js';
import { ProgressStatsResponse } from '../progress/progress-stats.dto.js';
import { StandingResponse } from '../standing/standing.response.js';

export class DashboardProfileResponse {
  @ApiProperty({ format: 'uuid', example: '019a9c3e-8d5b-7c3a-9c55-0c6a7d1f2b3e' })
  id: string;
  @ApiProperty({ example: 'student' })
  role: string;
  @ApiProperty({ example: 'Ada Lovelace' })
  displayName: string;
  @ApiProperty({ type: String, nullable: true, example: 'ada' })
  username: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'ada@example.org' })
  email: string | null;
}

export class StreakResponse {
  @ApiProperty({ description: 'Days in a row', example: 5 })
  current: number;
  @ApiProperty({ example: 9 })
  longest: number;
  @ApiProperty({ type: String, format: 'date', nullable: true, example: '2026-11-20' })
  lastActiveDay: string | null;
}

export class NextExerciseResponse extends ExerciseMetadataResponse {
  @ApiProperty({ type: StandingResponse })
  override status: StandingResponse;
}

export class RecentRunResponse {
  @ApiProperty({ example: 'E0_greet' })
  exerciseId: string;
  @ApiProperty({ format: 'date-time', example: '2026-11-20T12:00:00.000Z' })
  ranAt: string;
  @ApiProperty({ example: true })
  passed: boolean;
  @ApiProperty({ description: 'Percent of the tests', example: 100 })
  score: number;
  @ApiProperty({ description: 'Milliseconds', example: 12.5 })
  executionTime: number;
}

export const dashboardParts = ['profile', 'preferences', 'progress', 'nextExercises', 'recentRuns'] as const;
export type DashboardPart = (typeof dashboardParts)[number];

export class DashboardNoteResponse {
  @ApiProperty({ enum: dashboardParts, example: 'recentRuns' })
  part: DashboardPart;
  @ApiProperty({ example: 'This part cannot be read at the moment; try again later' })
  message: string;
}

/** A part that could not be read is null and has a note; the others are there. */
export class DashboardResponse {
  @ApiProperty({ type: DashboardProfileResponse, nullable: true })
  profile: DashboardProfileResponse | null;
  @ApiProperty({ type: PreferencesResponse, nullable: true })
  preferences: PreferencesResponse | null;
  @ApiProperty({ type: ProgressStatsResponse, nullable: true })
  progress: ProgressStatsResponse | null;
  @ApiProperty({ type: StreakResponse, nullable: true, description: 'Null when `progress` is' })
  streak: StreakResponse | null;
  @ApiProperty({ type: [NextExerciseResponse], nullable: true, description: 'What to do next, at most five' })
  nextExercises: NextExerciseResponse[] | null;
  @ApiProperty({ type: [RecentRunResponse], nullable: true, description: 'Graded runs, the latest ten' })
  recentRuns: RecentRunResponse[] | null;
  @ApiProperty({ description: 'Whether a part is missing', example: false })
  isPartial: boolean;
  @ApiProperty({ type: [DashboardNoteResponse] })
  notes: DashboardNoteResponse[];
}
