import { ApiProperty, ApiPropertyOptional, getSchemaPath } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsInt,
  IsNumber,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateBy,
  ValidateIf,
} from 'class-validator';
import { isTimeWithOffset, type ClientEvent } from './client-event.policy.js';
import { ProgressDetailResponse } from './progress.dto.js';

/** As much as one run takes. */
const maxCodeChars = 50_000;

const IfGiven = () => ValidateIf((_, value) => value !== undefined);

/** Something that happened on a device, perhaps without a connection. */
export class ProgressEventRequest implements ClientEvent {
  @ApiProperty({
    format: 'uuid',
    description: 'Made by the device, once for each event; sending it again changes nothing',
    example: '7f2c1f0e-6d7b-4b39-8d6c-5a1b8b1f6d3a',
  })
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toLowerCase() : value))
  @IsUUID()
  eventId: string;

  @ApiProperty({ example: 'E0_greet' })
  @IsString()
  @MaxLength(100)
  exerciseId: string;

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'By the clock of the device, with its offset; a time to come counts as now, none as well',
    example: '2026-11-20T12:00:00.000Z',
  })
  @IfGiven()
  @ValidateBy({
    name: 'isTimeWithOffset',
    validator: {
      validate: isTimeWithOffset,
      defaultMessage: () => 'occurredAt must be a time with its offset, such as 2026-11-20T12:00:00Z',
    },
  })
  occurredAt?: string;

  @ApiPropertyOptional({ description: 'Whether a solution was tried on the device', default: false, example: true })
  @IfGiven()
  @IsBoolean()
  attempted?: boolean;

  @ApiPropertyOptional({
    description: 'Seconds of work since the event before; more than PROGRESS_EVENT_MAX_TIME_SPENT is cut',
    minimum: 0,
    example: 90,
  })
  @IfGiven()
  @IsNumber()
  @Min(0)
  timeSpent?: number;

  @ApiPropertyOptional({ description: 'How many hints were seen', minimum: 0, maximum: 100, example: 1 })
  @IfGiven()
  @IsInt()
  @Min(0)
  @Max(100)
  hintsUsed?: number;

  @ApiPropertyOptional({
    description: 'The device saw all tests pass. This is noted, but only POST /execute completes an exercise.',
    default: false,
    example: false,
  })
  @IfGiven()
  @IsBoolean()
  completed?: boolean;

  @ApiPropertyOptional({ maxLength: maxCodeChars, example: 'def greet(name):\n    return f"Hello, {name}!"\n' })
  @IfGiven()
  @IsString()
  @MaxLength(maxCodeChars)
  @Matches(/^[^\0]*$/, { message: 'code must not contain U+0000' })
  code?: string;
}

/** The events are judged one by one, so only their number can refuse the whole. */
export class ProgressSyncRequest {
  @ApiProperty({
    type: 'array',
    items: { $ref: getSchemaPath(ProgressEventRequest) },
    description: 'In any order, at most PROGRESS_SYNC_MAX_EVENTS',
    example: [
      { eventId: '7f2c1f0e-6d7b-4b39-8d6c-5a1b8b1f6d3a', exerciseId: 'E0_greet', attempted: true, timeSpent: 90 },
    ],
  })
  @IsArray()
  events: unknown[];
}

const outcomes = ['applied', 'duplicate', 'refused'] as const;

export class ProgressEventResult {
  @ApiProperty({ description: 'Position in the request', example: 0 })
  index: number;
  @ApiProperty({ type: String, nullable: true, example: '7f2c1f0e-6d7b-4b39-8d6c-5a1b8b1f6d3a' })
  eventId: string | null;
  @ApiProperty({
    enum: outcomes,
    description: 'Keep none of them: sending one again gives the same',
    example: 'applied',
  })
  outcome: (typeof outcomes)[number];
  @ApiPropertyOptional({ description: 'Why it was refused, for programs', example: 'progress.event-too-old' })
  code?: string;
  @ApiPropertyOptional({ description: 'Why it was refused', example: 'The event happened more than 30 days ago' })
  message?: string;
}

export class ProgressSyncResponse {
  @ApiProperty({ type: [ProgressEventResult], description: 'One for each event, in the order of the request' })
  results: ProgressEventResult[];
  @ApiProperty({ example: 1 })
  applied: number;
  @ApiProperty({ example: 0 })
  duplicates: number;
  @ApiProperty({ example: 0 })
  refused: number;
  @ApiProperty({
    type: [ProgressDetailResponse],
    description: 'Where the caller now stands with every exercise of the request, whichever device was first',
  })
  progress: ProgressDetailResponse[];
}
