import { Controller, Delete, Get, Param, Put, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiEnvelope } from '../../../platform/http/api-envelope.decorator.js';
import { UseEnvelope, type Enveloped } from '../../../platform/http/envelope.js';
import { Access } from '../access/access.decorator.js';
import type { Caller } from '../access/caller.js';
import { CurrentCaller } from '../access/current-caller.decorator.js';
import { CursorPageQuery, CursorPagination, cursorPage } from '../paging/cursor-page.js';
import { GrantAdministration } from './grant-administration.service.js';
import { GroupMemberParams, GroupMemberResponse, GroupParams } from './grants.dto.js';

@ApiTags('Identity: grants')
@Access('admin')
@Controller('grants/groups/:group/members')
export class GroupsController {
  constructor(private readonly grants: GrantAdministration) {}

  @Get()
  @UseEnvelope('Members')
  @ApiOperation({ summary: 'List the members of a group that grants can name' })
  @ApiEnvelope([GroupMemberResponse], { pagination: CursorPagination })
  async list(
    @Param() { group }: GroupParams,
    @Query() query: CursorPageQuery,
  ): Promise<Enveloped<GroupMemberResponse[]>> {
    const members = await this.grants.listMembers(group, { ...query, limit: query.limit + 1 });
    return cursorPage(members, query.limit, {
      itemOf: (row) => GroupMemberResponse.of(row),
      cursorOf: ({ userId }) => userId,
    });
  }

  @Put(':userId')
  @UseEnvelope('Member added')
  @ApiOperation({ summary: 'Add a user to a group; the group exists as long as it has members' })
  @ApiEnvelope(GroupMemberResponse)
  async add(
    @CurrentCaller() caller: Caller,
    @Param() { group, userId }: GroupMemberParams,
  ): Promise<GroupMemberResponse> {
    return GroupMemberResponse.of(await this.grants.addMember(caller, group, userId));
  }

  @Delete(':userId')
  @UseEnvelope('Member removed')
  @ApiOperation({ summary: 'Remove a user from a group' })
  @ApiEnvelope(GroupMemberResponse)
  async remove(
    @CurrentCaller() caller: Caller,
    @Param() { group, userId }: GroupMemberParams,
  ): Promise<GroupMemberResponse> {
    return GroupMemberResponse.of(await this.grants.removeMember(caller, group, userId));
  }
}
