import { ApiProperty, ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, IsUUID, Matches, Max, MaxLength, Min } from 'class-validator';
import { sessionStates, type SessionState } from '../sessions/session-state.js';
import { OpenSessionRequest } from '../sessions/sessions.dto.js';
import type { ClassProgress } from './class-starts.service.js';

const id = '019a9c3e-8d5b-7c3a-9c55-0c6a7d1f2b3e';

export class StartClassRequest extends OmitType(OpenSessionRequest, ['timeout', 'wait']) {
  @ApiProperty({ description: 'A group of people, as the administrators have it', example: 'python-2026' })
  @IsString()
  @MaxLength(100)
  @Matches(/^[^\0]+$/, { message: 'group must be the name of a group' })
  group: string;

  @ApiPropertyOptional({
    description: 'How long each session waits for its learner before the portal takes its place back, in seconds',
    minimum: 30,
    maximum: 3600,
    default: 3600,
    example: 3600,
  })
  @IsInt()
  @Min(30)
  @Max(3600)
  timeout: number = 3600;

  @ApiPropertyOptional({
    description: 'How long to go on for those who find no place, in seconds',
    minimum: 60,
    maximum: 86_400,
    default: 3600,
    example: 3600,
  })
  @IsInt()
  @Min(60)
  @Max(86_400)
  wait: number = 3600;

  @ApiPropertyOptional({
    description: 'Between one member and the next, in milliseconds',
    minimum: 0,
    maximum: 10_000,
    default: 200,
    example: 200,
  })
  @IsInt()
  @Min(0)
  @Max(10_000)
  staggerMs: number = 200;
}

export class ClassSessionsQuery {
  @ApiPropertyOptional({ minimum: 1, maximum: 100, default: 50, example: 50 })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  limit: number = 50;

  @ApiPropertyOptional({ format: 'uuid', description: 'The `nextCursor` of the page before', example: id })
  @IsOptional()
  @IsUUID()
  cursor?: string;

  @ApiPropertyOptional({ enum: sessionStates, example: 'failed' })
  @IsOptional()
  @IsIn(sessionStates)
  state?: SessionState;
}

export class ClassStartResponse {
  @ApiProperty({ format: 'uuid', example: id })
  id: string;

  @ApiProperty({ example: 'python-2026' })
  group: string;

  @ApiProperty({ example: 'git-basics' })
  workshop: string;

  @ApiProperty({ example: 24, description: 'Members of the group when it was started' })
  members: number;

  @ApiProperty({ example: 1, description: 'Of them, those who had a session of the workshop already' })
  alreadyLive: number;

  @ApiProperty({ example: 0, description: 'Of them, those who had as many sessions as one person may have' })
  overQuota: number;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    description: 'How many of the sessions are in which state; states without one are 0',
    example: { waiting: 3, requested: 4, pending: 12, running: 4, stopping: 0, ended: 0, failed: 0 },
  })
  sessions: Record<SessionState, number>;

  @ApiProperty({ example: false, description: 'Whether everybody has got a session or will get none any more' })
  isDone: boolean;

  @ApiProperty({ format: 'date-time', example: '2026-11-20T12:00:00.000Z' })
  createdAt: string;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true, example: null })
  terminatedAt: string | null;

  static of({ start, states }: ClassProgress): ClassStartResponse {
    const { id: startId, groupName, workshop, members, alreadyLive, overQuota, createdAt, terminatedAt } = start;
    const count = (state: SessionState): number => states.get(state) ?? 0;
    return {
      id: startId,
      group: groupName,
      workshop,
      members,
      alreadyLive,
      overQuota,
      sessions: Object.fromEntries(sessionStates.map((state) => [state, count(state)])) as Record<SessionState, number>,
      isDone: count('waiting') + count('requested') === 0,
      createdAt: createdAt.toISOString(),
      terminatedAt: terminatedAt?.toISOString() ?? null,
    };
  }
}
