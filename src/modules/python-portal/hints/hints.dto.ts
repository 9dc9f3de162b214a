import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, Max, Min, ValidateIf } from 'class-validator';

export class NextHintRequest {
  @ApiPropertyOptional({
    description:
      'Which hint, counted from 1: one that was shown, or the next one. Asking again for the same is not counted.',
    minimum: 1,
    maximum: 100,
    example: 1,
  })
  @ValidateIf((_, value) => value !== undefined)
  @IsInt()
  @Min(1)
  @Max(100)
  step?: number;
}

export class HintResponse {
  @ApiProperty({ description: 'Counted from 1', example: 1 })
  step: number;
  @ApiProperty({ example: 'hint_1' })
  id: string;
  @ApiProperty({ example: 'What goes in, what comes out' })
  title: string;
  @ApiProperty({ description: 'Markdown', example: 'The last line of the function should begin with `return`.' })
  content: string;
  @ApiProperty({ description: '1 (a nudge) to 4 (nearly the answer)', example: 1 })
  revealLevel: number;
}

export class NextHintResponse extends HintResponse {
  @ApiProperty({ description: 'Hints that were not shown yet', example: 2 })
  remaining: number;
}

export class HintsResponse {
  @ApiProperty({ type: [HintResponse], description: 'Those that were shown' })
  hints: HintResponse[];
  @ApiProperty({ example: 2 })
  remaining: number;
}

export class SolutionResponse {
  @ApiProperty({ example: 'E0_greet' })
  exerciseId: string;
  @ApiProperty({ example: 'def greet(name):\n    return f"Hello, {name}!"\n' })
  solutionCode: string;
  @ApiProperty({ description: 'Of the exercise', example: 1 })
  version: number;
}
