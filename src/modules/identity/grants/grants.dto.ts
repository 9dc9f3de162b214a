import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsUUID, Matches } from 'class-validator';
import { CursorPageQuery } from '../paging/cursor-page.js';
import { subjectKinds, type GrantEntity, type SubjectKind } from './grant.entity.js';
import type { GroupMemberEntity } from './group-member.entity.js';

const subjectId = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const subjectIdMessage =
  'subjectId must be the id of a user, a role, or a group name of 1-64 letters, digits, dots or dashes';
const pattern = /^[\x21-\x7e]{1,256}$/;
const patternMessage = '$property must be 1-256 printable ASCII characters; * stands for any text';

export class CreateGrantRequest {
  @ApiProperty({ enum: subjectKinds, example: 'group' })
  @IsIn(subjectKinds)
  subjectKind: SubjectKind;

  @ApiProperty({ description: "A user's id, a role, or a group's name", example: 'course-101' })
  @Matches(subjectId, { message: subjectIdMessage })
  subjectId: string;

  @ApiProperty({ description: '* stands for any text', example: 'educates.workshop.start' })
  @Matches(pattern, { message: patternMessage })
  action: string;

  @ApiProperty({ description: '* stands for any text', example: 'workshop:campus/lab-*' })
  @Matches(pattern, { message: patternMessage })
  resource: string;
}

export class GrantsQuery extends CursorPageQuery {
  @ApiPropertyOptional({ enum: subjectKinds })
  @IsOptional()
  @IsIn(subjectKinds)
  subjectKind?: SubjectKind;

  @ApiPropertyOptional({ example: 'course-101' })
  @IsOptional()
  @Matches(subjectId, { message: subjectIdMessage })
  subjectId?: string;
}

export class GrantResponse extends CreateGrantRequest {
  @ApiProperty({ format: 'uuid', example: '019a9c3e-8d5b-7c3a-9c55-0c6a7d1f2b3e' })
  id: string;

  @ApiProperty({ example: 'admin-secret' })
  createdBy: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-20T12:00:00.000Z' })
  createdAt: string;

  static of({ createdAt, ...grant }: GrantEntity): GrantResponse {
    return { ...grant, createdAt: createdAt.toISOString() };
  }
}

export class GroupParams {
  @ApiProperty({ example: 'course-101' })
  @Matches(subjectId, { message: 'group must be 1-64 letters, digits, dots, dashes or underscores' })
  group: string;
}

export class GroupMemberParams extends GroupParams {
  @ApiProperty({ format: 'uuid', example: '019a9c3e-8d5b-7c3a-9c55-0c6a7d1f2b3e' })
  @IsUUID()
  userId: string;
}

export class GroupMemberResponse {
  @ApiProperty({ format: 'uuid', example: '019a9c3e-8d5b-7c3a-9c55-0c6a7d1f2b3e' })
  userId: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-20T12:00:00.000Z' })
  addedAt: string;

  static of({ userId, addedAt }: GroupMemberEntity): GroupMemberResponse {
    return { userId, addedAt: addedAt.toISOString() };
  }
}
