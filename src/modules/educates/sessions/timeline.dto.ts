import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';
import type { TimelineEntry } from './session-timeline.repository.js';

export class TimelineQuery {
  @ApiPropertyOptional({ minimum: 1, maximum: 500, default: 100, example: 100 })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(500)
  limit: number = 100;
}

class TimelineEntryResponse {
  @ApiProperty({ enum: ['lyceum', 'portal'], example: 'lyceum', description: 'Who says so' })
  source: 'lyceum' | 'portal';

  @ApiProperty({ example: 'running', description: 'The state that began, or the name of the portal’s event' })
  what: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-20T12:00:00.000Z' })
  occurredAt: string;

  @ApiProperty({ type: 'string', nullable: true, example: 'campus' })
  portal: string | null;

  @ApiProperty({ type: 'string', nullable: true, example: null, description: 'Why it ended or what went wrong' })
  reason: string | null;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true, example: '2026-11-20T13:00:00.000Z' })
  expiresAt: string | null;
}

export class TimelineResponse {
  @ApiProperty({ type: [TimelineEntryResponse] })
  entries: TimelineEntryResponse[];

  @ApiProperty({ example: true, description: 'False when there are older entries than the limit lets through' })
  isComplete: boolean;

  /** @param entries one more than `limit` tells that there are others */
  static of(entries: TimelineEntry[], limit: number): TimelineResponse {
    return {
      entries: entries.slice(0, limit).map(({ occurredAt, expiresAt, ...entry }) => ({
        ...entry,
        occurredAt: occurredAt.toISOString(),
        expiresAt: expiresAt?.toISOString() ?? null,
      })),
      isComplete: entries.length <= limit,
    };
  }
}
