import { Body, Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe, Patch, Post } from '@nestjs/common';
import { ApiConflictResponse, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AppConfig } from '../../../platform/config/app-config.js';
import { Access, CurrentCaller, type Caller } from '../../identity/index.js';
import { MessageResponse } from '../message-response.dto.js';
import { CreateIncomingSourceBody, UpdateIncomingSourceBody } from './incoming-source.dto.js';
import { IncomingSourcesService } from './incoming-sources.service.js';
import {
  IncomingSourceCreatedResponse,
  IncomingSourceDetailsResponse,
  IncomingSourceListResponse,
} from './incoming.dto.js';
import { openedAddress, recipeOf, toSourceResponse } from './source.response.js';

@ApiTags('Integrations: incoming')
@Access('admin')
@Controller(':id/incoming-sources')
export class IncomingSourcesController {
  constructor(
    private readonly sources: IncomingSourcesService,
    private readonly config: AppConfig,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List the addresses at which other systems post to an integration' })
  @ApiOkResponse({ type: IncomingSourceListResponse })
  async list(@Param('id', ParseUUIDPipe) integrationId: string): Promise<IncomingSourceListResponse> {
    const sources = await this.sources.list(integrationId);
    return { success: true, sources: sources.map(toSourceResponse) };
  }

  @Post()
  @ApiOperation({ summary: 'Add an address to post to; the answer alone shows its secret' })
  @ApiCreatedResponse({ type: IncomingSourceCreatedResponse })
  @ApiConflictResponse({ description: 'The secret cannot be used, or there are too many sources' })
  async create(
    @Param('id', ParseUUIDPipe) integrationId: string,
    @Body() body: CreateIncomingSourceBody,
    @CurrentCaller() { actor }: Caller,
  ): Promise<IncomingSourceCreatedResponse> {
    const created = await this.sources.create(integrationId, body, actor);
    const { id: sourceId, scheme, settings } = created.source;
    const { url, secret } = openedAddress(created, this.config.http.publicUrl);
    const recipe = recipeOf(scheme, settings, url);
    return { success: true, sourceId, message: 'Incoming source added successfully', secret, url, recipe };
  }

  @Get(':sourceId')
  @ApiOperation({ summary: 'Read such an address, its live keys and what to do at the sender' })
  @ApiOkResponse({ type: IncomingSourceDetailsResponse })
  async get(
    @Param('id', ParseUUIDPipe) integrationId: string,
    @Param('sourceId', ParseUUIDPipe) sourceId: string,
  ): Promise<IncomingSourceDetailsResponse> {
    const source = toSourceResponse(await this.sources.get(integrationId, sourceId));
    return { success: true, source, recipe: recipeOf(source.scheme, source.settings) };
  }

  @Patch(':sourceId')
  @ApiOperation({ summary: 'Change such an address; what is left out stays' })
  @ApiOkResponse({ type: IncomingSourceDetailsResponse })
  async update(
    @Param('id', ParseUUIDPipe) integrationId: string,
    @Param('sourceId', ParseUUIDPipe) sourceId: string,
    @Body() body: UpdateIncomingSourceBody,
    @CurrentCaller() { actor }: Caller,
  ): Promise<IncomingSourceDetailsResponse> {
    const source = toSourceResponse(await this.sources.update(integrationId, sourceId, body, actor));
    return { success: true, source, recipe: recipeOf(source.scheme, source.settings) };
  }

  @Delete(':sourceId')
  @HttpCode(200)
  @ApiOperation({ summary: 'Delete such an address' })
  @ApiOkResponse({ type: MessageResponse })
  async delete(
    @Param('id', ParseUUIDPipe) integrationId: string,
    @Param('sourceId', ParseUUIDPipe) sourceId: string,
    @CurrentCaller() { actor }: Caller,
  ): Promise<MessageResponse> {
    await this.sources.delete(integrationId, sourceId, actor);
    return { success: true, message: 'Incoming source deleted successfully' };
  }
}
