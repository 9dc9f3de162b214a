import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { PageQuery } from '../paging/page-query.js';

export const leaderboardWindows = ['week', 'all'] as const;
export type LeaderboardWindow = (typeof leaderboardWindows)[number];

export class LeaderboardQuery extends PageQuery(20) {
  @ApiPropertyOptional({ enum: leaderboardWindows, default: 'week', description: 'week: the last seven days' })
  @IsIn(leaderboardWindows)
  window: LeaderboardWindow = 'week';
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
