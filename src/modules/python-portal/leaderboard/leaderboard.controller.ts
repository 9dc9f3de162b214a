import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiEnvelope } from '../../../platform/http/api-envelope.decorator.js';
import { UseEnvelope, type Enveloped } from '../../../platform/http/envelope.js';
import { Access, CurrentCaller, type Caller } from '../../identity/index.js';
import { PaginationResponse } from '../exercises/exercise.dto.js';
import { LeaderboardQuery, LeaderboardResponse } from './leaderboard.dto.js';
import { LeaderboardService } from './leaderboard.service.js';

@ApiTags('Python portal: progress')
@Access('guest')
@Controller('leaderboard')
export class LeaderboardController {
  constructor(private readonly leaderboard: LeaderboardService) {}

  @Get()
  @UseEnvelope('Leaderboard retrieved successfully')
  @ApiOperation({
    summary: 'Read who has completed most exercises',
    description: 'Only of those who asked to be there with PATCH /preferences, under made-up names.',
  })
  @ApiEnvelope(LeaderboardResponse, { pagination: PaginationResponse })
  read(@CurrentCaller() { userId }: Caller, @Query() query: LeaderboardQuery): Promise<Enveloped<LeaderboardResponse>> {
    return this.leaderboard.read(userId, query);
  }
}
