import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, Max, Min } from 'class-validator';

export const leaderboardWindows = ['week', 'all'] as const;
export type LeaderboardWindow = (typeof leaderboardWindows)[number];

export class LeaderboardQuery {
  @ApiPropertyOptional({ enum: leaderboardWindows, default: 'week', description: 'week: the last seven days' })
  @IsIn(leaderboardWindows)
  window: LeaderboardWindow = 'week';

  @ApiPropertyOptional({ minimum: 1, maximum: 100, default: 20, example: 20 })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  limit: number = 20;

  @ApiPropertyOptional({ minimum: 0, default: 0, example: 0 })
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(1_000_000)
  offset: number = 0;
}

export class LeaderboardEntryResponse {
  @ApiProperty({
    description: 'Counted from 1; of two with as many, who had them first is before the other',
    example: 1,
  })
  rank: number;
  @ApiProperty({ description: 'A made-up name', example: 'Curious Otter 482' })
  alias: string;
  @ApiProperty({ description: 'Exercises completed in the window without giving up before', example: 12 })
  completed: number;
  @ApiProperty({ description: 'Whether this is the caller', example: false })
  isCaller: boolean;
}

export class LeaderboardResponse {
  @ApiProperty({ enum: leaderboardWindows, example: 'week' })
  window: LeaderboardWindow;
  @ApiProperty({ type: [LeaderboardEntryResponse] })
  entries: LeaderboardEntryResponse[];
  @ApiProperty({
    type: LeaderboardEntryResponse,
    nullable: true,
    description: "The caller's own place, on whichever page; null for whoever is not on the board",
  })
  me: LeaderboardEntryResponse | null;
}
