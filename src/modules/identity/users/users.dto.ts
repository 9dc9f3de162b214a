import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { roles, type Role } from '../access/role.js';
import { CursorPageQuery } from '../paging/cursor-page.js';

export class UsersQuery extends CursorPageQuery {
  @ApiPropertyOptional({ enum: roles })
  @IsOptional()
  @IsIn(roles)
  role?: Role;

  @ApiPropertyOptional({ description: 'Part of the email or username, in any case', example: 'ada@' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  @Matches(/^[^\0]+$/, { message: 'search must be text' })
  search?: string;
}

const accountRoles = roles.filter((role) => role !== 'guest');

export class SetRoleRequest {
  @ApiProperty({ enum: accountRoles, example: 'instructor' })
  @IsIn(accountRoles)
  role: Role;
}
