import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { RunResponse } from '../runs/run.dto.js';
import { type ExecutionState, executionStates } from './execution-state.js';

export class ExecutionLinksResponse {
  @ApiProperty({ example: '/api/v1/executions/0198c5f0-6d7b-7b39-8d6c-5a1b8b1f6d3a' })
  self: string;
  @ApiProperty({
    description: 'Server-sent events',
    example: '/api/v1/executions/0198c5f0-6d7b-7b39-8d6c-5a1b8b1f6d3a/events',
  })
  events: string;
}

export class ExecutionProblemResponse {
  @ApiProperty({ example: 'executions.lost' })
  code: string;
  @ApiProperty({ example: 'The process that ran the program ended. The run does not count; send it again.' })
  message: string;
}

export class ExecutionResponse {
  @ApiProperty({ format: 'uuid', example: '0198c5f0-6d7b-7b39-8d6c-5a1b8b1f6d3a' })
  id: string;
  @ApiProperty({
    description:
      '`finished` has a result, whatever the program did; `failed` and `lost` are our fault, do not count, and can be sent again',
    enum: executionStates,
    example: 'finished',
  })
  status: ExecutionState;
  @ApiPropertyOptional({ description: 'While queued; 1 is the next', type: 'integer', example: 3 })
  position?: number;
  @ApiPropertyOptional({ description: 'Whose tests are run', example: 'E0_greet' })
  exerciseId?: string;
  @ApiProperty({ format: 'date-time', example: '2026-11-20T12:00:00.000Z' })
  createdAt: string;
  @ApiPropertyOptional({ format: 'date-time', example: '2026-11-20T12:00:00.500Z' })
  startedAt?: string;
  @ApiPropertyOptional({ format: 'date-time', example: '2026-11-20T12:00:01.000Z' })
  finishedAt?: string;
  @ApiPropertyOptional({ type: RunResponse })
  result?: RunResponse;
  @ApiPropertyOptional({ description: 'Why there is no result', type: ExecutionProblemResponse })
  problem?: ExecutionProblemResponse;
  @ApiProperty({ description: 'Whether this is the answer to an earlier, identical request', example: false })
  cached: boolean;
  @ApiProperty({ type: ExecutionLinksResponse })
  links: ExecutionLinksResponse;
}
