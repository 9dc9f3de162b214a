import { ApiProperty } from '@nestjs/swagger';

export class ShareResponse {
  @ApiProperty({ example: 12 })
  total: number;
  @ApiProperty({ example: 3 })
  completed: number;
}

export class DifficultySharesResponse {
  @ApiProperty({ type: ShareResponse })
  beginner: ShareResponse;
  @ApiProperty({ type: ShareResponse })
  intermediate: ShareResponse;
  @ApiProperty({ type: ShareResponse })
  advanced: ShareResponse;
}

export class CategoryShareResponse extends ShareResponse {
  @ApiProperty({ example: 'basics' })
  category: string;
}

export class ProgressStatsResponse extends ShareResponse {
  @ApiProperty({ description: 'Begun, not completed', example: 2 })
  inProgress: number;
  @ApiProperty({ description: 'Whose solution was asked for before they were completed', example: 1 })
  gaveUp: number;
  @ApiProperty({ example: 17 })
  attempts: number;
  @ApiProperty({ description: 'Seconds', example: 5400 })
  timeSpent: number;
  @ApiProperty({ example: 4 })
  hintsUsed: number;
  @ApiProperty({ type: DifficultySharesResponse })
  byDifficulty: DifficultySharesResponse;
  @ApiProperty({ type: [CategoryShareResponse] })
  byCategory: CategoryShareResponse[];
  @ApiProperty({ description: 'Active days in a row, up to today or yesterday', example: 5 })
  currentStreak: number;
  @ApiProperty({ example: 9 })
  longestStreak: number;
  @ApiProperty({ example: 21 })
  activeDays: number;
  @ApiProperty({ type: String, format: 'date', nullable: true, example: '2026-11-20' })
  lastActiveDay: string | null;
  @ApiProperty({ description: 'In which days are counted; set it with PATCH /preferences', example: 'Europe/Helsinki' })
  timeZone: string;
}
