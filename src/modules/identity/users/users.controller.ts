import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Put, Query } from '@nestjs/common';
import { ApiConflictResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ApiEnvelope } from '../../../platform/http/api-envelope.decorator.js';
import { UseEnvelope, type Enveloped } from '../../../platform/http/envelope.js';
import { Access } from '../access/access.decorator.js';
import type { Caller } from '../access/caller.js';
import { CurrentCaller } from '../access/current-caller.decorator.js';
import { CursorPagination, cursorPage } from '../paging/cursor-page.js';
import { UserAdministration } from './user-administration.service.js';
import { ManagedUserResponse } from './user.response.js';
import { SetRoleRequest, UsersQuery } from './users.dto.js';

@ApiTags('Identity: users')
@Access('admin')
@Controller('users')
export class UsersController {
  constructor(private readonly users: UserAdministration) {}

  @Get()
  @UseEnvelope('Users')
  @ApiOperation({ summary: 'List users, the newest first' })
  @ApiEnvelope([ManagedUserResponse], { pagination: CursorPagination })
  async list(@Query() query: UsersQuery): Promise<Enveloped<ManagedUserResponse[]>> {
    const users = await this.users.list({ ...query, limit: query.limit + 1 });
    return cursorPage(users, query.limit, { itemOf: (row) => ManagedUserResponse.of(row), cursorOf: ({ id }) => id });
  }

  @Get(':id')
  @UseEnvelope('User')
  @ApiOperation({ summary: 'Read a user' })
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiEnvelope(ManagedUserResponse)
  async get(@Param('id', ParseUUIDPipe) id: string): Promise<ManagedUserResponse> {
    return ManagedUserResponse.of(await this.users.get(id));
  }

  @Put(':id/role')
  @UseEnvelope('Role set')
  @ApiOperation({ summary: 'Set the role of an account; it counts from its next request on' })
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiEnvelope(ManagedUserResponse)
  @ApiConflictResponse({ description: 'The user is a guest, or yourself' })
  async setRole(
    @CurrentCaller() caller: Caller,
    @Param('id', ParseUUIDPipe) id: string,
    @Body() { role }: SetRoleRequest,
  ): Promise<ManagedUserResponse> {
    return ManagedUserResponse.of(await this.users.setRole(caller, id, role));
  }

  @Post(':id/disable')
  @HttpCode(200)
  @UseEnvelope('User disabled')
  @ApiOperation({ summary: 'Stop a user at once and end all their sessions; nothing is deleted' })
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiEnvelope(ManagedUserResponse)
  @ApiConflictResponse({ description: 'The user is yourself' })
  async disable(@CurrentCaller() caller: Caller, @Param('id', ParseUUIDPipe) id: string): Promise<ManagedUserResponse> {
    return ManagedUserResponse.of(await this.users.disable(caller, id));
  }

  @Post(':id/enable')
  @HttpCode(200)
  @UseEnvelope('User enabled')
  @ApiOperation({ summary: 'Let a disabled user log in again' })
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiEnvelope(ManagedUserResponse)
  async enable(@CurrentCaller() caller: Caller, @Param('id', ParseUUIDPipe) id: string): Promise<ManagedUserResponse> {
    return ManagedUserResponse.of(await this.users.enable(caller, id));
  }
}
