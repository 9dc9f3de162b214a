import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { PageQuery } from '../paging/page-query.js';

export class ProgressQuery extends PageQuery(100) {}

export class ProgressResponse {
  @ApiProperty({ example: '0193f0a0-0000-7000-8000-000000000001' })
  userId: string;
  @ApiProperty({ example: 'E0_greet' })
  exerciseId: string;
  @ApiProperty({ description: 'Whether this server has seen all tests pass', example: true })
  completed: boolean;
  @ApiProperty({ description: 'Graded runs here, and attempts that devices told of', example: 2 })
  attempts: number;
  @ApiProperty({ description: 'Seconds, as devices told', example: 420 })
  timeSpent: number;
  @ApiProperty({ description: 'The largest share of tests that passed; 100 exactly when completed', example: 100 })
  progressPercent: number;
  @ApiProperty({ description: 'How many hints were seen', example: 1 })
  hintsUsed: number;
  @ApiPropertyOptional({ description: 'Percent of the tests', example: 100 })
  bestScore?: number;
  @ApiPropertyOptional({ format: 'date-time', example: '2026-11-20T12:00:00.000Z' })
  completedAt?: string;
  @ApiPropertyOptional({
    format: 'date-time',
    description: 'When a device says that all tests passed there; it does not count as completed',
    example: '2026-11-20T12:00:00.000Z',
  })
  completionClaimedAt?: string;
  @ApiPropertyOptional({ format: 'date-time', example: '2026-11-20T12:00:00.000Z' })
  gaveUpAt?: string;
  @ApiPropertyOptional({
    description: 'The code with the best score, the quickest of these',
    example: 'def greet(name):\n    return f"Hello, {name}!"\n',
  })
  bestSolution?: string;
  @ApiPropertyOptional({ format: 'date-time', example: '2026-11-20T12:00:00.000Z' })
  lastAttemptAt?: string;
  @ApiPropertyOptional({ format: 'date-time', example: '2026-11-20T12:00:00.000Z' })
  lastActivityAt?: string;
}

export class ProgressDetailResponse extends ProgressResponse {
  @ApiPropertyOptional({ description: 'The code written last, on whichever device', example: 'def greet(name):\n' })
  lastCode?: string;
  @ApiPropertyOptional({ format: 'date-time', example: '2026-11-20T12:00:00.000Z' })
  lastCodeAt?: string;
}
