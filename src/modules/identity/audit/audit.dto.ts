import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';
import { CursorPageQuery } from '../paging/cursor-page.js';
import type { AuditDetails, AuditEntryEntity } from './audit-entry.entity.js';

const printable = /^[\x21-\x7e]{1,200}$/;

export class AuditQuery extends CursorPageQuery {
  @ApiPropertyOptional({ example: 'auth.login-failed' })
  @IsOptional()
  @Matches(printable)
  action?: string;

  @ApiPropertyOptional({ example: 'admin-secret' })
  @IsOptional()
  @Matches(printable)
  actor?: string;

  @ApiPropertyOptional({ example: 'user:019a9c3e-8d5b-7c3a-9c55-0c6a7d1f2b3e' })
  @IsOptional()
  @Matches(printable)
  subject?: string;
}

export class AuditEntryResponse {
  @ApiProperty({ format: 'uuid', example: '019a9c3e-8d5b-7c3a-9c55-0c6a7d1f2b3e' })
  id: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-20T12:00:00.000Z' })
  occurredAt: string;

  @ApiProperty({ example: 'user.role-changed' })
  action: string;

  @ApiProperty({ description: 'user:<id>, admin-secret, anonymous or system', example: 'admin-secret' })
  actor: string;

  @ApiProperty({ type: String, nullable: true, example: 'user:019a9c3e-8d5b-7c3a-9c55-0c6a7d1f2b3e' })
  subject: string | null;

  @ApiProperty({ type: String, nullable: true, example: '203.0.113.7' })
  address: string | null;

  @ApiProperty({ type: String, nullable: true, example: '0b6fb5d7-6d7b-4b39-8d6c-5a1b8b1f6d3a' })
  correlationId: string | null;

  @ApiProperty({ type: 'object', additionalProperties: true, example: { from: 'student', to: 'instructor' } })
  details: AuditDetails;

  static of({ occurredAt, ...entry }: AuditEntryEntity): AuditEntryResponse {
    return { ...entry, occurredAt: occurredAt.toISOString() };
  }
}
