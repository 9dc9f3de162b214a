import { ApiProperty, ApiPropertyOptional, IntersectionType, OmitType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsISO8601, IsOptional, IsString, Length, Max, Min } from 'class-validator';
import { PageQuery } from '../page-query.dto.js';

const id = '01a1fb50-75b7-7c68-af21-85d58d30fab7';

export const logKinds = ['webhook', 'webhook_receive', 'api_call', 'sync'] as const;
export const logDirections = ['outgoing', 'incoming'] as const;
export const logStatuses = ['success', 'error', 'pending'] as const;

const time = '2026-11-20T12:00:00.000Z';

/** Which entries are wanted; they must fit all that is given. */
export class LogTailQuery {
  @ApiPropertyOptional({ enum: logKinds, example: 'webhook' })
  @IsOptional()
  @IsIn(logKinds)
  kind?: (typeof logKinds)[number];

  @ApiPropertyOptional({ enum: logStatuses, example: 'error' })
  @IsOptional()
  @IsIn(logStatuses)
  status?: (typeof logStatuses)[number];

  @ApiPropertyOptional({ enum: logDirections, example: 'outgoing' })
  @IsOptional()
  @IsIn(logDirections)
  direction?: (typeof logDirections)[number];

  @ApiPropertyOptional({ example: 'grade.published' })
  @IsOptional()
  @IsString()
  @Length(1, 100)
  eventType?: string;
}

export class LogQuery extends IntersectionType(PageQuery, LogTailQuery) {
  @ApiPropertyOptional({ description: 'Made then or later', format: 'date-time', example: time })
  @IsOptional()
  @IsISO8601({ strict: true })
  from?: string;

  @ApiPropertyOptional({ description: 'Made before then', format: 'date-time', example: time })
  @IsOptional()
  @IsISO8601({ strict: true })
  to?: string;

  @ApiPropertyOptional({
    description: 'Entries to skip; `cursor` stays fast where this gets slow',
    minimum: 0,
    maximum: 10_000,
    default: 0,
    example: 0,
  })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(10_000)
  offset = 0;
}

/** One entry: a delivery, a received webhook, a call by an admin, or a run of its synchronisation. The original's rows had the names with `_`. */
export class LogEntryResponse {
  @ApiProperty({ format: 'uuid', example: id })
  id: string;

  @ApiProperty({ enum: logKinds, example: 'webhook' })
  kind: (typeof logKinds)[number];

  @ApiProperty({
    description: 'For calls `test` or `send`, for runs `sync.pull` or `sync.push`',
    example: 'grade.published',
  })
  eventType: string;

  @ApiProperty({ enum: logDirections, example: 'outgoing' })
  direction: (typeof logDirections)[number];

  @ApiProperty({
    description: '`error`: given up; `pending` may have failed before and is tried again',
    enum: logStatuses,
    example: 'success',
  })
  status: (typeof logStatuses)[number];

  @ApiProperty({ format: 'date-time', example: '2026-11-20T12:00:00.000Z' })
  timestamp: Date;

  @ApiProperty({ type: 'object', additionalProperties: true, example: { webhookId: id, eventId: id, attempts: 1 } })
  requestData: object;

  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true, example: { status: 200 } })
  responseData: object | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  errorMessage: string | null;

  @ApiProperty({ deprecated: true, example: 'grade.published' })
  event_type: string;

  @ApiProperty({ deprecated: true, type: 'object', additionalProperties: true, example: {} })
  request_data: object;

  @ApiProperty({ deprecated: true, type: 'object', additionalProperties: true, nullable: true, example: null })
  response_data: object | null;

  @ApiProperty({ deprecated: true, type: String, nullable: true, example: null })
  error_message: string | null;
}

/** A log entry under our names only. */
export class LogEntry extends OmitType(LogEntryResponse, [
  'event_type',
  'request_data',
  'response_data',
  'error_message',
]) {}

export class LogPaginationResponse {
  @ApiProperty({ example: 50 })
  limit: number;

  @ApiProperty({ example: 0 })
  offset: number;

  @ApiProperty({ description: 'Entries on this page, as the original counted', example: 12 })
  total: number;

  @ApiProperty({ description: '`cursor` of the next page', type: String, nullable: true, example: null })
  nextCursor: string | null;
}

export class LogListResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({ type: [LogEntryResponse] })
  logs: LogEntryResponse[];

  @ApiProperty({ type: LogPaginationResponse })
  pagination: LogPaginationResponse;
}
