import { Body, Controller, Delete, Get, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiConflictResponse, ApiNotFoundResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ApiEnvelope } from '../../../platform/http/api-envelope.decorator.js';
import { UseEnvelope, type Enveloped } from '../../../platform/http/envelope.js';
import { Access } from '../access/access.decorator.js';
import type { Caller } from '../access/caller.js';
import { CurrentCaller } from '../access/current-caller.decorator.js';
import { CursorPagination, cursorPage } from '../paging/cursor-page.js';
import { GrantAdministration } from './grant-administration.service.js';
import { CreateGrantRequest, GrantResponse, GrantsQuery } from './grants.dto.js';

@ApiTags('Identity: grants')
@Access('admin')
@Controller('grants')
export class GrantsController {
  constructor(private readonly grants: GrantAdministration) {}

  @Get()
  @UseEnvelope('Grants')
  @ApiOperation({ summary: 'List grants, the newest first' })
  @ApiEnvelope([GrantResponse], { pagination: CursorPagination })
  async list(@Query() query: GrantsQuery): Promise<Enveloped<GrantResponse[]>> {
    const grants = await this.grants.list({ ...query, limit: query.limit + 1 });
    return cursorPage(grants, query.limit, { itemOf: (row) => GrantResponse.of(row), cursorOf: ({ id }) => id });
  }

  @Post()
  @UseEnvelope('Granted')
  @ApiOperation({ summary: 'Grant a user, a role or a group an action on resources' })
  @ApiEnvelope(GrantResponse, {}, undefined, 201)
  @ApiNotFoundResponse({ description: 'There is no such user' })
  @ApiConflictResponse({ description: 'The subject has this grant, or too many' })
  async create(@CurrentCaller() caller: Caller, @Body() request: CreateGrantRequest): Promise<GrantResponse> {
    return GrantResponse.of(await this.grants.create(caller, request));
  }

  @Delete(':id')
  @UseEnvelope('Grant withdrawn')
  @ApiOperation({ summary: 'Withdraw a grant' })
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiEnvelope(GrantResponse)
  async delete(@CurrentCaller() caller: Caller, @Param('id', ParseUUIDPipe) id: string): Promise<GrantResponse> {
    return GrantResponse.of(await this.grants.delete(caller, id));
  }
}
