import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

export class ProgressResponse {
  @ApiProperty({ example: '0193f0a0-0000-7000-8000-000000000001' })
  userId: string;
  @ApiProperty({ example: 'E0_greet' })
  exerciseId: string;
  @ApiProperty({ example: true })
  completed: boolean;
  @ApiProperty({ description: 'Graded runs', example: 2 })
  attempts: number;
  @ApiPropertyOptional({ format: 'date-time', example: '2026-11-20T12:00:00.000Z' })
  completedAt?: string;
  @ApiPropertyOptional({ example: 'def greet(name):\n    return f"Hello, {name}!"\n' })
  bestSolution?: string;
  @ApiProperty({ format: 'date-time', example: '2026-11-20T12:00:00.000Z' })
  lastAttemptAt: string;
}
