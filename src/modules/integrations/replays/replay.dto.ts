import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsISO8601,
  IsOptional,
  IsString,
  Length,
} from 'class-validator';

/** States whose deliveries can be sent again by range. */
export const replayableStates = ['delivered', 'exhausted', 'cancelled', 'failed', 'held'] as const;
export type ReplayableState = (typeof replayableStates)[number];

const id = '01a1fb50-75b7-7c68-af21-85d58d30fab7';
const time = '2026-11-20T12:00:00.000Z';

export class StartReplayBody {
  @ApiProperty({ description: 'Deliveries that were made then or later', format: 'date-time', example: time })
  @IsISO8601({ strict: true })
  from: string;

  @ApiPropertyOptional({
    description: 'Deliveries that were made before then; default: now',
    format: 'date-time',
    example: time,
  })
  @IsOptional()
  @IsISO8601({ strict: true })
  to?: string;

  @ApiPropertyOptional({
    enum: replayableStates,
    isArray: true,
    default: ['exhausted'],
    example: ['exhausted', 'cancelled'],
  })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayUnique()
  @IsIn(replayableStates, { each: true })
  states?: ReplayableState[];

  @ApiPropertyOptional({ description: 'Default: all', type: [String], example: ['grade.published'] })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(50)
  @IsString({ each: true })
  @Length(1, 100, { each: true })
  eventTypes?: string[];
}

export class ReplayResponse {
  @ApiProperty({ format: 'uuid', example: id })
  id: string;

  @ApiProperty({ format: 'uuid', example: id })
  webhookId: string;

  @ApiProperty({ format: 'date-time', example: time })
  from: Date;

  @ApiProperty({ format: 'date-time', example: time })
  to: Date;

  @ApiProperty({ enum: replayableStates, isArray: true, example: ['exhausted'] })
  states: ReplayableState[];

  @ApiProperty({ type: [String], nullable: true, example: null })
  eventTypes: string[] | null;

  @ApiProperty({ enum: ['running', 'finished'], example: 'running' })
  state: 'running' | 'finished';

  @ApiProperty({
    description: 'Deliveries of the webhook in the range when it began, of whatever state',
    example: 1200,
  })
  total: number;

  @ApiProperty({ description: 'How many of them have been looked at', example: 500 })
  examined: number;

  @ApiProperty({ description: 'How many of those fitted and are sent again', example: 17 })
  replayed: number;

  @ApiProperty({ format: 'date-time', example: time })
  createdAt: Date;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  finishedAt: Date | null;
}

export class ReplayDetailsResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({ type: ReplayResponse })
  replay: ReplayResponse;
}

export class ReplayListResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({ type: [ReplayResponse] })
  replays: ReplayResponse[];
}
