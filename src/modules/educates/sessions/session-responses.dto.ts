import { ApiProperty } from '@nestjs/swagger';
import { remainingSecondsOf } from './session-state.policy.js';
import { endReasons, sessionStates, type EndReason, type SessionProgress, type SessionState } from './session-state.js';
import type { WorkshopSessionEntity } from './workshop-session.entity.js';

const id = '019a9c3e-8d5b-7c3a-9c55-0c6a7d1f2b3e';
const time = '2026-11-20T12:00:00.000Z';

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

export class WaitingResponse {
  @ApiProperty({ example: 3, description: 'From 1, among those who wait for the same places' })
  position: number;

  @ApiProperty({ format: 'date-time', example: time })
  since: string;

  @ApiProperty({ format: 'date-time', example: time, description: 'After this the waiting is given up' })
  until: string;

  static of(
    { state, waitingSince, waitUntil }: WorkshopSessionEntity,
    position: number | undefined,
  ): WaitingResponse | null {
    if (state !== 'waiting' || waitingSince === null || waitUntil === null) return null;
    return { position: position ?? 1, since: waitingSince.toISOString(), until: waitUntil.toISOString() };
  }
}

interface SessionFacts {
  launchUrl: string | null;
  position: number | undefined;
  now: Date;
}

export class SessionResponse {
  @ApiProperty({ format: 'uuid', example: id })
  id: string;

  @ApiProperty({
    enum: sessionStates,
    example: 'pending',
    description:
      'waiting: in the waiting list; requested: a portal is being asked; pending: waits for the learner; running: the learner is in; stopping; ended; failed: none came of it',
  })
  state: SessionState;

  @ApiProperty({ example: 'git-basics' })
  workshop: string;

  @ApiProperty({ example: 'Git from the first commit' })
  title: string;

  @ApiProperty({ example: 'campus', description: 'While it is waiting: the one that was last looked at' })
  portal: string;

  @ApiProperty({ type: WaitingResponse, nullable: true, example: null, description: 'While it is waiting' })
  waiting: WaitingResponse | null;

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

  @ApiProperty({
    type: 'integer',
    nullable: true,
    example: 287,
    description: 'Seconds that are left to come, while it is pending, or until it expires, while it is running',
  })
  remainingSeconds: number | null;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true, example: null })
  endedAt: string | null;

  @ApiProperty({ enum: endReasons, type: 'string', nullable: true, example: null })
  endReason: EndReason | null;

  @ApiProperty({ type: SessionProgressResponse, nullable: true, example: null })
  progress: SessionProgressResponse | null;

  @ApiProperty({ format: 'date-time', example: time })
  createdAt: string;

  static of(session: WorkshopSessionEntity, { launchUrl, position, now }: SessionFacts): SessionResponse {
    const { id, state, workshop, title, portal, endReason, progress } = session;
    return {
      id,
      state,
      workshop,
      title,
      portal,
      waiting: WaitingResponse.of(session, position),
      launchUrl,
      activateBy: session.activateBy?.toISOString() ?? null,
      startedAt: session.startedAt?.toISOString() ?? null,
      expiresAt: session.expiresAt?.toISOString() ?? null,
      remainingSeconds: remainingSecondsOf(session, now),
      endedAt: session.endedAt?.toISOString() ?? null,
      endReason,
      progress,
      createdAt: session.createdAt.toISOString(),
    };
  }
}

export class OwnedSessionResponse extends SessionResponse {
  @ApiProperty({ format: 'uuid', example: '0193f0a0-0000-7000-8000-000000000001' })
  userId: string;
}

export class OwnedSessionListResponse {
  @ApiProperty({ type: [OwnedSessionResponse] })
  sessions: OwnedSessionResponse[];

  @ApiProperty({ type: 'string', format: 'uuid', nullable: true, example: null, description: 'Null on the last page' })
  nextCursor: string | null;
}

export class ExtensionResponse {
  @ApiProperty({
    example: true,
    description: 'False when the portal gives no more time now: most do only near the end, and some never',
  })
  extended: boolean;

  @ApiProperty({ example: false, description: 'Whether asking once more right away would give more' })
  extendable: boolean;

  @ApiProperty({ type: SessionResponse })
  session: SessionResponse;
}

export class SessionListResponse {
  @ApiProperty({ type: [SessionResponse] })
  sessions: SessionResponse[];

  @ApiProperty({ type: 'string', format: 'uuid', nullable: true, example: null, description: 'Null on the last page' })
  nextCursor: string | null;
}
