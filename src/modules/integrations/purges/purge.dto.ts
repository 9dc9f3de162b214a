import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsOptional, IsString, Length, ValidateIf } from 'class-validator';
import type { PurgeEntity } from './purge.entity.js';
import { purgePlaces } from './purge-places.js';

const id = '01a1fb50-75b7-7c68-af21-85d58d30fab7';

export class StartPurgeBody {
  @ApiPropertyOptional({
    description: 'Whom events are about, as they say it; needed when there are no `values`',
    minLength: 4,
    maxLength: 200,
    example: 'user:019a9c3e-8d5b-7c3a-9c55-0c6a7d1f2b3e',
  })
  @ValidateIf(({ subject, values }: StartPurgeBody) => subject !== undefined || values === undefined)
  @IsString()
  @Length(4, 200)
  subject?: string;

  @ApiPropertyOptional({
    description:
      'What tells the person from everybody else, such as the e-mail address and the student id; found as whole words in what is ' +
      'stored, whatever their case',
    type: [String],
    minItems: 1,
    maxItems: 20,
    example: ['student@example.com', 'IT2024001'],
  })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(20)
  @IsString({ each: true })
  @Length(4, 200, {
    each: true,
    message: 'each of values must have 4 to 200 characters, or it would be found in others, too',
  })
  values?: string[];
}

export class PurgeResponse {
  @ApiProperty({ format: 'uuid', example: id })
  id: string;

  @ApiProperty({ enum: ['running', 'finished'], example: 'finished' })
  state: 'running' | 'finished';

  @ApiProperty({
    description: `Rows whose content was erased, by place: ${purgePlaces.join(', ')}`,
    type: 'object',
    additionalProperties: { type: 'integer' },
    example: { events: 12, incomingRequests: 1 },
  })
  erased: Record<string, number>;

  @ApiProperty({ example: 'admin-secret' })
  requestedBy: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-20T12:00:00.000Z' })
  createdAt: Date;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-20T12:00:09.000Z' })
  finishedAt: Date | null;

  static of({ id: purgeId, erased, requestedBy, createdAt, finishedAt }: PurgeEntity): PurgeResponse {
    const state = finishedAt === null ? 'running' : 'finished';
    return { id: purgeId, state, erased, requestedBy, createdAt, finishedAt };
  }
}

export class PurgeDetailsResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({ type: PurgeResponse })
  purge: PurgeResponse;
}

export class PurgeListResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({ type: [PurgeResponse] })
  purges: PurgeResponse[];
}
