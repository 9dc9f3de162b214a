import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { PageQuery } from '../page-query.dto.js';
import { pushItemStates, type PushItemEntity, type PushItemState } from './push-item.entity.js';

const id = '01a1fb50-75b7-7c68-af21-85d58d30fab7';
const time = '2026-11-20T12:00:00.000Z';

export class PushItemQuery extends PageQuery {
  @ApiPropertyOptional({ enum: pushItemStates, example: 'failed' })
  @IsOptional()
  @IsIn(pushItemStates)
  state?: PushItemState;
}

export class PushItemResponse {
  @ApiProperty({ format: 'uuid', example: id })
  id: string;

  @ApiProperty({ description: 'Of a record its key, of an event its id', example: '4711' })
  key: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: { name: 'Ada', email: 'ada@example.edu' },
  })
  data: Record<string, unknown>;

  @ApiProperty({ example: false })
  isDeleted: boolean;

  @ApiProperty({
    description: '`refused` is tried again at `nextTryAt`, `failed` only when somebody says so',
    enum: pushItemStates,
    example: 'failed',
  })
  state: PushItemState;

  @ApiProperty({ description: 'Batches that it went out in', example: 1 })
  attempts: number;

  @ApiProperty({ type: String, nullable: true, example: 'grade: is not a number' })
  lastError: string | null;

  @ApiProperty({
    description: 'Of what is to go out',
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
  })
  nextTryAt: Date | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, example: id })
  batchId: string | null;

  @ApiProperty({ format: 'date-time', example: time })
  createdAt: Date;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  finishedAt: Date | null;
}

export class PushItemListResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({ type: [PushItemResponse] })
  items: PushItemResponse[];

  @ApiProperty({ description: '`cursor` of the next page', type: String, nullable: true, example: null })
  nextCursor: string | null;
}

export class PushRetryResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({ description: 'Items that go out with the next run', example: 12 })
  retried: number;
}

export function toPushItemResponse(item: PushItemEntity): PushItemResponse {
  const { id, key, data, isDeleted, state, attempts, lastError, dueAt, batchId, createdAt, finishedAt } = item;
  const nextTryAt = state === 'waiting' || state === 'refused' ? dueAt : null;
  return { id, key, data, isDeleted, state, attempts, lastError, nextTryAt, batchId, createdAt, finishedAt };
}
