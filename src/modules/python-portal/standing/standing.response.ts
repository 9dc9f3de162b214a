import { ApiProperty } from '@nestjs/swagger';

/** Where the caller stands with an exercise. */
export class StandingResponse {
  @ApiProperty({ example: false })
  completed: boolean;
  @ApiProperty({ description: 'Whether anything was done with it', example: true })
  started: boolean;
  @ApiProperty({ example: false })
  gaveUp: boolean;
  @ApiProperty({ example: 2 })
  attempts: number;
  @ApiProperty({ example: 60 })
  progressPercent: number;
  @ApiProperty({ example: 1 })
  hintsUsed: number;
  @ApiProperty({ description: 'Whether the caller has completed every prerequisite', example: true })
  prerequisitesMet: boolean;
  @ApiProperty({ type: [String], description: 'Prerequisites that are not completed', example: [] })
  missingPrerequisites: string[];
}
