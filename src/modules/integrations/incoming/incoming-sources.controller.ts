import { Body, Controller, Delete, Get, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { ApiConflictResponse, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AppConfig } from '../../../platform/config/app-config.js';
import { Access, CurrentCaller, type Caller } from '../../identity/index.js';
import { MessageResponse } from '../message-response.dto.js';
import { IncomingSourcesService } from './incoming-sources.service.js';
import { CreateIncomingSourceBody, IncomingSourceCreatedResponse, IncomingSourceListResponse } from './incoming.dto.js';
import { receiverPath } from './receiver-path.js';

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
    return {
      success: true,
      sources: sources.map(({ id, secretHint, createdAt }) => ({
        id,
        secret: { set: true, lastFour: secretHint },
        createdAt,
      })),
    };
  }

  @Post()
  @ApiOperation({ summary: 'Add an address to post to; the answer alone shows its secret' })
  @ApiCreatedResponse({ type: IncomingSourceCreatedResponse })
  @ApiConflictResponse({ description: 'The secret cannot be used, or there are too many sources' })
  async create(
    @Param('id', ParseUUIDPipe) integrationId: string,
    @Body() { secret: given }: CreateIncomingSourceBody,
    @CurrentCaller() { actor }: Caller,
  ): Promise<IncomingSourceCreatedResponse> {
    const { sourceId, secret } = await this.sources.create(integrationId, given, actor);
    const url = this.config.http.publicUrl + receiverPath + secret;
    return { success: true, sourceId, message: 'Incoming source added successfully', secret, url };
  }

  @Delete(':sourceId')
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
