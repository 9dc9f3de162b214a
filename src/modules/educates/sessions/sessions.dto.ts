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
import { endReasons, sessionStates, type EndReason, type SessionProgress, type SessionState } from './session-state.js';
import type { WorkshopSessionEntity } from './workshop-session.entity.js';

const id = '019a9c3e-8d5b-7c3a-9c55-0c6a7d1f2b3e';
const time = '2026-11-20T12:00:00.000Z';

/** Shortest and longest time that a session may wait for its learner, in seconds: its place is taken meanwhile. */
const activationTimeout = { minimum: 30, maximum: 3600 };

export class OpenSessionRequest {
  @ApiProperty({ description: 'Its name in the catalogue', example: 'git-basics' })
  @Matches(/^[A-Za-z0-9][\w.-]{0,252}$/, {
    message: 'workshop must be the name of a workshop, as the catalogue has it',
  })
  workshop: string;

  @ApiPropertyOptional({
    description: 'On this portal only; left out, the one with most room is chosen',
    example: 'campus',
  })
  @IsOptional()
  @Matches(/^[a-z0-9][a-z0-9-]{0,62}$/, { message: 'portal must be the name of a training portal' })
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
      'Where the browser goes when the session ends; the portal adds why, as `notification`. Left out: the front end',
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

export class LaunchQuery {
  @ApiPropertyOptional({ description: 'Part of the `launchUrl`; works once', example: '1763640300.Zm9v' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  ticket?: string;
}

export class SessionProgressResponse implements SessionProgress {
  @ApiProperty({ type: 'string', nullable: true, example: 'exercises/first-commit' })
  page: string | null;

  @ApiProperty({ type: 'integer', nullable: true, example: 3 })
  pageNumber: number | null;

  @ApiProperty({ type: 'integer', nullable: true, example: 7 })
  pagesTotal: number | null;

  @ApiProperty({ example: false })
  isFinished: boolean;
}

export class SessionResponse {
  @ApiProperty({ format: 'uuid', example: id })
  id: string;

  @ApiProperty({
    enum: sessionStates,
    example: 'pending',
    description:
      'requested: a portal is being asked; pending: waits for the learner; running: the learner is in; stopping; ended; failed: none came of it',
  })
  state: SessionState;

  @ApiProperty({ example: 'git-basics' })
  workshop: string;

  @ApiProperty({ example: 'Git from the first commit' })
  title: string;

  @ApiProperty({ example: 'campus' })
  portal: string;

  @ApiProperty({
    type: 'string',
    nullable: true,
    description:
      'For the browser: leads into the session. Works once and for five minutes; read the session again for another',
    example: `https://lyceum.example.edu/api/educates/sessions/${id}/launch?ticket=1763640300.Zm9v`,
  })
  launchUrl: string | null;

  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    example: time,
    description: 'While it is pending',
  })
  activateBy: string | null;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true, example: null })
  startedAt: string | null;

  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    example: null,
    description: 'Once it is running',
  })
  expiresAt: string | null;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true, example: null })
  endedAt: string | null;

  @ApiProperty({ enum: endReasons, type: 'string', nullable: true, example: null })
  endReason: EndReason | null;

  @ApiProperty({ type: SessionProgressResponse, nullable: true, example: null })
  progress: SessionProgressResponse | null;

  @ApiProperty({ format: 'date-time', example: time })
  createdAt: string;

  static of(session: WorkshopSessionEntity, launchUrl: string | null): SessionResponse {
    const { id, state, workshop, title, portal, endReason, progress } = session;
    return {
      id,
      state,
      workshop,
      title,
      portal,
      launchUrl,
      activateBy: session.activateBy?.toISOString() ?? null,
      startedAt: session.startedAt?.toISOString() ?? null,
      expiresAt: session.expiresAt?.toISOString() ?? null,
      endedAt: session.endedAt?.toISOString() ?? null,
      endReason,
      progress,
      createdAt: session.createdAt.toISOString(),
    };
  }
}

export class SessionListResponse {
  @ApiProperty({ type: [SessionResponse] })
  sessions: SessionResponse[];

  @ApiProperty({ type: 'string', format: 'uuid', nullable: true, example: null, description: 'Null on the last page' })
  nextCursor: string | null;
}
