import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiConflictResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access, CurrentCaller, type Caller } from '../../identity/index.js';
import { MessageResponse } from '../message-response.dto.js';
import {
  ReplayRequestsBody,
  RequestListResponse,
  RequestQuery,
  RequestResponse,
  RequestsReplayedResponse,
} from './received-request.dto.js';
import { ReceivedRequestsService } from './received-requests.service.js';

@ApiTags('Integrations: incoming')
@Access('admin')
@Controller('incoming/requests')
export class ReceivedRequestsController {
  constructor(private readonly requests: ReceivedRequestsService) {}

  @Get()
  @ApiOperation({ summary: 'List received webhooks, newest first' })
  @ApiOkResponse({ type: RequestListResponse })
  async list(@Query() { limit, cursor, ...filter }: RequestQuery): Promise<RequestListResponse> {
    const { rows, nextCursor } = await this.requests.list(filter, limit, cursor);
    return { success: true, requests: rows, nextCursor };
  }

  @Post('replay')
  @HttpCode(202)
  @ApiOperation({ summary: 'Process received webhooks again' })
  @ApiAcceptedResponse({ type: RequestsReplayedResponse })
  async replayRange(
    @Body() { cursor, state = 'failed', ...filter }: ReplayRequestsBody,
    @CurrentCaller() { actor }: Caller,
  ): Promise<RequestsReplayedResponse> {
    const replayed = await this.requests.replayRange({ state, ...filter }, actor, cursor);
    return { success: true, message: 'The webhooks will be processed again', ...replayed };
  }

  @Get(':requestId')
  @ApiOperation({ summary: 'Read a received webhook with its headers and body' })
  @ApiOkResponse({ type: RequestResponse })
  async get(@Param('requestId', ParseUUIDPipe) id: string): Promise<RequestResponse> {
    return { success: true, request: await this.requests.get(id) };
  }

  @Post(':requestId/replay')
  @HttpCode(202)
  @ApiOperation({ summary: 'Process a received webhook again, which publishes its events again' })
  @ApiAcceptedResponse({ type: MessageResponse })
  @ApiConflictResponse({ description: 'It is waiting to be processed' })
  async replay(
    @Param('requestId', ParseUUIDPipe) id: string,
    @CurrentCaller() { actor }: Caller,
  ): Promise<MessageResponse> {
    await this.requests.replay(id, actor);
    return { success: true, message: 'The webhook will be processed again' };
  }
}
