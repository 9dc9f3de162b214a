import { ApiProperty, ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsDate, IsIn, IsOptional, IsUUID } from 'class-validator';
import { PageQuery } from '../page-query.dto.js';
import { requestStates, type RequestState } from './request-state.js';

const id = '01a1fb50-75b7-7c68-af21-85d58d30fab7';
const time = '2026-11-20T12:00:00.000Z';
const replayableStates = ['failed', 'processed'] as const;

export class RequestQuery extends PageQuery {
  @ApiPropertyOptional({ format: 'uuid', example: id })
  @IsOptional()
  @IsUUID()
  sourceId?: string;

  @ApiPropertyOptional({ format: 'uuid', example: id })
  @IsOptional()
  @IsUUID()
  integrationId?: string;

  @ApiPropertyOptional({ enum: requestStates, example: 'failed' })
  @IsOptional()
  @IsIn(requestStates)
  state?: RequestState;

  @ApiPropertyOptional({ description: 'Received then or later', type: String, format: 'date-time', example: time })
  @IsOptional()
  @Type(() => Date)
  @IsDate()
  from?: Date;

  @ApiPropertyOptional({ description: 'Received before', type: String, format: 'date-time', example: time })
  @IsOptional()
  @Type(() => Date)
  @IsDate()
  to?: Date;
}

export class ReplayRequestsBody {
  @ApiPropertyOptional({ format: 'uuid', example: id })
  @IsOptional()
  @IsUUID()
  sourceId?: string;

  @ApiPropertyOptional({ enum: replayableStates, default: 'failed', example: 'failed' })
  @IsOptional()
  @IsIn(replayableStates)
  state?: (typeof replayableStates)[number];

  @ApiPropertyOptional({ description: 'Received then or later', type: String, format: 'date-time', example: time })
  @IsOptional()
  @Type(() => Date)
  @IsDate()
  from?: Date;

  @ApiPropertyOptional({ description: 'Received before', type: String, format: 'date-time', example: time })
  @IsOptional()
  @Type(() => Date)
  @IsDate()
  to?: Date;

  @ApiPropertyOptional({ description: '`nextCursor` of the call before', format: 'uuid', example: id })
  @IsOptional()
  @IsUUID()
  cursor?: string;
}

export class RequestsReplayedResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({ example: 'The webhooks will be processed again' })
  message: string;

  @ApiProperty({ description: 'At most 5000 in one call, the oldest first', example: 12 })
  replayed: number;

  @ApiProperty({
    description: 'Call again with it as `cursor`; null when all are replayed',
    type: String,
    nullable: true,
    example: null,
  })
  nextCursor: string | null;
}

export class MappedEventResponse {
  @ApiProperty({ example: 'grade.published' })
  event: string;

  @ApiProperty({ format: 'uuid', example: id })
  eventId: string;
}

export class RequestDetailsResponse {
  @ApiProperty({ format: 'uuid', example: id })
  id: string;

  @ApiProperty({ format: 'uuid', example: id })
  sourceId: string;

  @ApiProperty({ format: 'uuid', example: id })
  integrationId: string;

  @ApiProperty({
    description:
      '`retrying` has failed and is tried again by itself, `failed` has used up its attempts and can be replayed',
    enum: requestStates,
    example: 'processed',
  })
  state: RequestState;

  @ApiProperty({ description: "The sender's own id", type: String, nullable: true, example: 'msg_2f9c' })
  senderDeliveryId: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'application/json' })
  contentType: string | null;

  @ApiProperty({ example: 27 })
  bytes: number;

  @ApiProperty({ description: 'Of its `webhook.received`', type: String, format: 'uuid', nullable: true, example: id })
  eventId: string | null;

  @ApiProperty({ description: "What the source's mapping made of it", type: [MappedEventResponse] })
  mappedEvents: MappedEventResponse[];

  @ApiProperty({ description: 'Since it was received or last replayed', example: 1 })
  attemptCount: number;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  nextAttemptAt: Date | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  lastError: string | null;

  @ApiProperty({ format: 'date-time', example: time })
  receivedAt: Date;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: time })
  processedAt: Date | null;

  @ApiProperty({
    description: 'Signatures and other secrets are masked',
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { 'content-type': 'application/json', 'x-hub-signature-256': '[masked]' },
  })
  headers: Record<string, string>;

  @ApiProperty({ description: 'The first MiB of the very bytes', example: '{"action":"enrolment.created"}' })
  body: string;

  @ApiProperty({ enum: ['utf8', 'base64'], example: 'utf8' })
  bodyEncoding: 'utf8' | 'base64';

  @ApiProperty({ example: false })
  isBodyTruncated: boolean;
}

export class RequestListItemResponse extends OmitType(RequestDetailsResponse, [
  'headers',
  'body',
  'bodyEncoding',
  'isBodyTruncated',
]) {}

export class RequestListResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({ type: [RequestListItemResponse] })
  requests: RequestListItemResponse[];

  @ApiProperty({ description: '`cursor` of the next page', type: String, nullable: true, example: null })
  nextCursor: string | null;
}

export class RequestResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({ type: RequestDetailsResponse })
  request: RequestDetailsResponse;
}
