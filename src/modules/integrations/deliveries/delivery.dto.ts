import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsISO8601, IsOptional, IsString, IsUUID, Length } from 'class-validator';
import { PageQuery } from '../page-query.dto.js';
import { deliveryStates, type DeliveryState } from './delivery-state.js';

const id = '01a1fb50-75b7-7c68-af21-85d58d30fab7';
const time = '2026-11-20T12:00:00.000Z';

const queriedStates = [...deliveryStates, 'undelivered'] as const;

export class DeliveryQuery extends PageQuery {
  @ApiPropertyOptional({
    description: '`undelivered` is every state in which no endpoint has accepted it and none was told not to',
    enum: queriedStates,
    example: 'failed',
  })
  @IsOptional()
  @IsIn(queriedStates)
  state?: DeliveryState | 'undelivered';

  @ApiPropertyOptional({ format: 'uuid', example: id })
  @IsOptional()
  @IsUUID()
  webhookId?: string;

  @ApiPropertyOptional({ format: 'uuid', example: id })
  @IsOptional()
  @IsUUID()
  integrationId?: string;

  @ApiPropertyOptional({ example: 'grade.published' })
  @IsOptional()
  @IsString()
  @Length(1, 100)
  eventType?: string;

  @ApiPropertyOptional({ description: 'Made then or later', format: 'date-time', example: time })
  @IsOptional()
  @IsISO8601({ strict: true })
  from?: string;

  @ApiPropertyOptional({ description: 'Made before then', format: 'date-time', example: time })
  @IsOptional()
  @IsISO8601({ strict: true })
  to?: string;
}

export class DeliveryResponse {
  @ApiProperty({ format: 'uuid', example: id })
  id: string;

  @ApiProperty({ description: 'Also `webhook-id` of the request', format: 'uuid', example: id })
  eventId: string;

  @ApiProperty({ example: 'grade.published' })
  eventType: string;

  @ApiProperty({ format: 'uuid', example: id })
  webhookId: string;

  @ApiProperty({ format: 'uuid', example: id })
  integrationId: string;

  @ApiProperty({
    description:
      '`failed` is tried again, `exhausted` has used up its schedule, `held` waits for its webhook or integration',
    enum: deliveryStates,
    example: 'delivered',
  })
  state: DeliveryState;

  @ApiProperty({ example: 1 })
  attemptCount: number;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  nextAttemptAt: Date | null;

  @ApiProperty({ type: Number, nullable: true, example: 200 })
  lastStatus: number | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  lastError: string | null;

  @ApiProperty({ format: 'date-time', example: time })
  createdAt: Date;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: time })
  finishedAt: Date | null;
}

export class DeliveryAttemptResponse {
  @ApiProperty({ description: 'Counts on through resends', example: 1 })
  number: number;

  @ApiProperty({ format: 'date-time', example: time })
  startedAt: Date;

  @ApiProperty({ example: 84 })
  durationMs: number;

  @ApiProperty({
    description: 'Why the connection could not be made at first; it was tried a second time at once',
    type: String,
    nullable: true,
    example: null,
  })
  retriedAfter: string | null;

  @ApiProperty({
    description: 'Signatures and headers of the owner are masked',
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { 'webhook-id': id },
  })
  requestHeaders: Record<string, string>;

  @ApiProperty({ description: 'Null when there was no answer', type: Number, nullable: true, example: 200 })
  status: number | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  error: string | null;

  @ApiProperty({ description: 'The first 16 kB', type: String, nullable: true, example: 'ok' })
  responseBody: string | null;

  @ApiProperty({ example: false })
  isResponseTruncated: boolean;
}

export class DeliveryDetails extends DeliveryResponse {
  @ApiProperty({ type: [DeliveryAttemptResponse] })
  attempts: DeliveryAttemptResponse[];

  @ApiProperty({
    description: 'The body that is sent; null when the event is deleted',
    type: 'object',
    additionalProperties: true,
    nullable: true,
    example: { id, event: 'grade.published', timestamp: time, data: { studentId: 7 } },
  })
  payload: unknown;
}

export class DeliveryListResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({ type: [DeliveryResponse] })
  deliveries: DeliveryResponse[];

  @ApiProperty({ description: '`cursor` of the next page', type: String, nullable: true, example: null })
  nextCursor: string | null;
}

export class DeliveryDetailsResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({ type: DeliveryDetails })
  delivery: DeliveryDetails;
}
