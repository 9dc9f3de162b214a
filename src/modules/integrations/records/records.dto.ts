import { ApiProperty, ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsISO8601, IsOptional, IsString, Length } from 'class-validator';
import { PageQuery } from '../page-query.dto.js';
import type { IntegrationRecordEntity } from './integration-record.entity.js';
import type { RejectedInputEntity } from './rejected-input.entity.js';

const id = '01a1fb50-75b7-7c68-af21-85d58d30fab7';
const time = '2026-11-20T12:00:00.000Z';

export class RecordQuery extends OmitType(PageQuery, ['cursor']) {
  @ApiPropertyOptional({ description: '`nextCursor` of the page before', maxLength: 4000, example: 'WyI0NzExIl0' })
  @IsOptional()
  @IsString()
  @Length(1, 4000)
  cursor?: string;

  @ApiPropertyOptional({ description: 'Only deleted records, or only others; default: both', example: false })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  deleted?: boolean;

  @ApiPropertyOptional({
    description: 'Records that changed then or later, in the order of their changes instead of their keys',
    format: 'date-time',
    example: time,
  })
  @IsOptional()
  @IsISO8601({ strict: true })
  changedSince?: string;

  @ApiPropertyOptional({ description: 'The record with this key', maxLength: 512, example: '4711' })
  @IsOptional()
  @IsString()
  @Length(1, 512)
  key?: string;
}

export class RecordResponse {
  @ApiProperty({ description: 'What the other system knows it by', example: '4711' })
  key: string;

  @ApiProperty({
    description: 'Of a deleted record what was last known',
    type: 'object',
    additionalProperties: true,
    example: { name: 'Ada', email: 'ada@example.edu' },
  })
  data: Record<string, unknown>;

  @ApiProperty({ format: 'date-time', example: time })
  createdAt: Date;

  @ApiProperty({ format: 'date-time', example: time })
  changedAt: Date;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  deletedAt: Date | null;
}

export class RecordListResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({ type: [RecordResponse] })
  records: RecordResponse[];

  @ApiProperty({ description: '`cursor` of the next page', type: String, nullable: true, example: null })
  nextCursor: string | null;
}

export class RecordDetailsResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({ type: RecordResponse })
  record: RecordResponse;
}

export class RejectedInputResponse {
  @ApiProperty({ format: 'uuid', example: id })
  id: string;

  @ApiProperty({ description: 'Where it stands in the source', example: 'grades.csv, line 17' })
  position: string;

  @ApiProperty({ example: 'has 4 columns instead of 5' })
  reason: string;

  @ApiProperty({ description: 'Its beginning', example: '4711;Ada;A' })
  excerpt: string;

  @ApiProperty({ format: 'date-time', example: time })
  firstSeenAt: Date;

  @ApiProperty({ format: 'date-time', example: time })
  lastSeenAt: Date;
}

export class RejectedInputListResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({ type: [RejectedInputResponse] })
  rejectedInputs: RejectedInputResponse[];

  @ApiProperty({ description: '`cursor` of the next page', type: String, nullable: true, example: null })
  nextCursor: string | null;
}

export function toRecordResponse(record: IntegrationRecordEntity): RecordResponse {
  const { key, data, createdAt, changedAt, deletedAt } = record;
  return { key, data, createdAt, changedAt, deletedAt };
}

export function toRejectedInputResponse(rejected: RejectedInputEntity): RejectedInputResponse {
  const { id, position, reason, excerpt, firstSeenAt, lastSeenAt } = rejected;
  return { id, position, reason, excerpt, firstSeenAt, lastSeenAt };
}
