import { ApiProperty } from '@nestjs/swagger';
import { roles, type Role } from '../access/role.js';
import type { UserEntity } from './user.entity.js';

export class UserResponse {
  @ApiProperty({ format: 'uuid', example: '019a9c3e-8d5b-7c3a-9c55-0c6a7d1f2b3e' })
  id: string;

  @ApiProperty({ enum: roles, example: 'student' })
  role: Role;

  @ApiProperty({ type: String, nullable: true, example: 'ada@example.org' })
  email: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'ada' })
  username: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Ada Lovelace' })
  name: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'IT2024001' })
  studentId: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-11-20T12:00:00.000Z' })
  createdAt: string;

  static of(user: UserEntity): UserResponse {
    const { id, role, email, username, name, studentId } = user;
    return { id, role, email, username, name, studentId, createdAt: user.createdAt.toISOString() };
  }
}

/** A user as admins see it. */
export class ManagedUserResponse extends UserResponse {
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-20T12:00:00.000Z' })
  lastLoginAt: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Set while the account is disabled',
    example: null,
  })
  disabledAt: string | null;

  static override of(user: UserEntity): ManagedUserResponse {
    return {
      ...UserResponse.of(user),
      lastLoginAt: user.lastLoginAt?.toISOString() ?? null,
      disabledAt: user.disabledAt?.toISOString() ?? null,
    };
  }
}
