import { Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiConflictResponse, ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access, CurrentCaller, type Caller } from '../../identity/index.js';
import { MessageResponse } from '../message-response.dto.js';
import { PushItemListResponse, PushItemQuery, PushRetryResponse, toPushItemResponse } from './push-items.dto.js';
import { PushItemsService } from './push-items.service.js';

@ApiTags('Integrations: synchronisation')
@Access('admin')
@Controller(':id/push-items')
export class PushItemsController {
  constructor(private readonly items: PushItemsService) {}

  @Get()
  @ApiOperation({ summary: 'List what is to be pushed or was, newest first; `state=failed` for what needs somebody' })
  @ApiOkResponse({ type: PushItemListResponse })
  async list(
    @Param('id', ParseUUIDPipe) id: string,
    @Query() { limit, cursor, state }: PushItemQuery,
  ): Promise<PushItemListResponse> {
    const { rows, nextCursor } = await this.items.list(id, state, limit, cursor);
    return { success: true, items: rows.map(toPushItemResponse), nextCursor };
  }

  @Post('retry')
  @HttpCode(200)
  @ApiOperation({ summary: 'Send everything that failed again with the next run' })
  @ApiOkResponse({ type: PushRetryResponse })
  async retryFailed(
    @Param('id', ParseUUIDPipe) id: string,
    @CurrentCaller() { actor }: Caller,
  ): Promise<PushRetryResponse> {
    return { success: true, retried: await this.items.retryFailed(id, actor) };
  }

  @Post(':itemId/retry')
  @HttpCode(200)
  @ApiOperation({ summary: 'Send an item that was refused or failed again with the next run' })
  @ApiOkResponse({ type: MessageResponse })
  @ApiNotFoundResponse({ description: 'The integration has no such item' })
  @ApiConflictResponse({ description: 'It was not refused' })
  async retry(
    @Param('id', ParseUUIDPipe) id: string,
    @Param('itemId', ParseUUIDPipe) itemId: string,
    @CurrentCaller() { actor }: Caller,
  ): Promise<MessageResponse> {
    await this.items.retry(id, itemId, actor);
    return { success: true, message: 'The item goes out with the next run' };
  }
}
