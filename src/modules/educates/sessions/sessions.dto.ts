import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  IsUrl,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { sessionStates, type SessionState } from './session-state.js';

const id = '019a9c3e-8d5b-7c3a-9c55-0c6a7d1f2b3e';

/** Shortest and longest time that a session may wait for its learner, in seconds: its place is taken meanwhile. */
export const activationTimeout = { minimum: 30, maximum: 3600 };
/** Longest time that somebody may wait for a place, in seconds. */
const waitingTime = { minimum: 0, maximum: 86_400 };

export const workshopPattern = /^[A-Za-z0-9][\w.-]{0,252}$/;
export const portalPattern = /^[a-z0-9][a-z0-9-]{0,62}$/;

export class OpenSessionRequest {
  @ApiProperty({ description: 'Its name in the catalogue', example: 'git-basics' })
  @Matches(workshopPattern, {
    message: 'workshop must be the name of a workshop, as the catalogue has it',
  })
  workshop: string;

  @ApiPropertyOptional({
    description: 'On this portal only; left out, the one with most room is chosen',
    example: 'campus',
  })
  @IsOptional()
  @Matches(portalPattern, { message: 'portal must be the name of a training portal' })
  portal?: string;

  @ApiPropertyOptional({
    description: 'Values for the parameters that the workshop declares; others are ignored by the portal',
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { REPOSITORY: 'https://git.example.org/ada/lab.git' },
  })
  @IsOptional()
  @IsObject()
  parameters?: Record<string, string>;

  @ApiPropertyOptional({
    description:
      'Where the browser goes when the session ends; the portal adds why, as `notification`. Left out: our own page, which says why',
    example: 'https://learn.example.org/workshops',
  })
  @IsOptional()
  @IsUrl(
    { protocols: ['http', 'https'], require_protocol: true, require_tld: false, disallow_auth: true },
    { message: 'indexUrl must be an absolute http or https URL' },
  )
  @MaxLength(2000)
  indexUrl?: string;

  @ApiPropertyOptional({
    description: 'How long the session waits for the learner before the portal takes its place back, in seconds',
    ...activationTimeout,
    default: 300,
    example: 300,
  })
  @IsOptional()
  @IsInt()
  @Min(activationTimeout.minimum)
  @Max(activationTimeout.maximum)
  timeout?: number;

  @ApiPropertyOptional({
    description:
      'How long to stay in the waiting list when all places are taken, in seconds: the answer is 202 then, and a place is taken as soon as one is free. 0: not at all',
    ...waitingTime,
    default: 0,
    example: 900,
  })
  @IsOptional()
  @IsInt()
  @Min(waitingTime.minimum)
  @Max(waitingTime.maximum)
  wait?: number;
}

export class SessionsQuery {
  @ApiPropertyOptional({ description: 'Only sessions that have not ended, or only those that have', example: true })
  @IsOptional()
  @IsIn([true, false], { message: 'live must be true or false' })
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  live?: boolean;

  @ApiPropertyOptional({ minimum: 1, maximum: 100, default: 20, example: 20 })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  limit: number = 20;

  @ApiPropertyOptional({ format: 'uuid', description: 'The `nextCursor` of the page before', example: id })
  @IsOptional()
  @IsUUID()
  cursor?: string;
}

export class AllSessionsQuery extends SessionsQuery {
  @ApiPropertyOptional({ format: 'uuid', example: '0193f0a0-0000-7000-8000-000000000001' })
  @IsOptional()
  @IsUUID()
  userId?: string;

  @ApiPropertyOptional({ example: 'git-basics' })
  @IsOptional()
  @Matches(workshopPattern, { message: 'workshop must be the name of a workshop, as the catalogue has it' })
  workshop?: string;

  @ApiPropertyOptional({ example: 'campus' })
  @IsOptional()
  @Matches(portalPattern, { message: 'portal must be the name of a training portal' })
  portal?: string;

  @ApiPropertyOptional({ enum: sessionStates, example: 'running' })
  @IsOptional()
  @IsIn(sessionStates)
  state?: SessionState;

  @ApiPropertyOptional({ format: 'uuid', description: 'Of this class start', example: id })
  @IsOptional()
  @IsUUID()
  classStartId?: string;
}

export class LaunchQuery {
  @ApiPropertyOptional({ description: 'Part of the `launchUrl`; works once', example: '1763640300.Zm9v' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  ticket?: string;
}
