import { ApiProperty } from '@nestjs/swagger';
import type { SessionEntity } from './session.entity.js';

export class LoginSessionResponse {
  @ApiProperty({ format: 'uuid', example: '019a9c3e-8d5b-7c3a-9c55-0c6a7d1f2b3e' })
  id: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-20T12:00:00.000Z' })
  createdAt: string;

  @ApiProperty({ format: 'date-time', description: 'True to ten minutes', example: '2026-11-20T12:10:00.000Z' })
  lastUsedAt: string;

  @ApiProperty({ format: 'date-time', example: '2026-12-20T12:00:00.000Z' })
  expiresAt: string;

  @ApiProperty({ type: String, nullable: true, example: '203.0.113.7' })
  address: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Mozilla/5.0 (X11; Linux x86_64)' })
  userAgent: string | null;

  @ApiProperty({ description: 'Whether it is the session of this request', example: true })
  isCurrent: boolean;

  static of(session: SessionEntity, currentSessionId: string): LoginSessionResponse {
    const { id, address, userAgent } = session;
    return {
      id,
      createdAt: session.createdAt.toISOString(),
      lastUsedAt: session.lastUsedAt.toISOString(),
      expiresAt: session.expiresAt.toISOString(),
      address,
      userAgent,
      isCurrent: id === currentSessionId,
    };
  }
}

export class EndedSessionsResponse {
  @ApiProperty({ description: 'How many sessions were ended', example: 3 })
  sessions: number;
}
