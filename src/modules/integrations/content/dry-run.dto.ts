import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { WebhookContentBody } from './webhook-content.dto.js';

export class DryRunBody extends WebhookContentBody {
  @ApiPropertyOptional({ description: 'Events to look at', minimum: 1, maximum: 1000, default: 100, example: 100 })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1000)
  limit?: number;
}

export class DryRunEventResponse {
  @ApiProperty({ format: 'uuid', example: '01a1fb50-75b7-7c68-af21-85d58d30fab7' })
  id: string;

  @ApiProperty({ example: 'grade.published' })
  event: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-20T12:00:00.000Z' })
  timestamp: Date;

  @ApiProperty({ example: true })
  matches: boolean;

  @ApiProperty({
    description: 'What would be sent; null when nothing would',
    type: 'object',
    additionalProperties: true,
    nullable: true,
    example: { text: 'Grade A in module 3' },
  })
  body: unknown;

  @ApiProperty({ description: 'The answer had no room for its body', example: false })
  isBodyOmitted: boolean;
}

export class DryRunResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({ example: 100 })
  examined: number;

  @ApiProperty({ example: 12 })
  matched: number;

  @ApiProperty({ type: [DryRunEventResponse] })
  events: DryRunEventResponse[];
}
