import { Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiConflictResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access, CurrentCaller, type Caller } from '../../identity/index.js';
import { MessageResponse } from '../message-response.dto.js';
import { DeliveriesService } from './deliveries.service.js';
import { DeliveryDetailsResponse, DeliveryListResponse, DeliveryQuery } from './delivery.dto.js';

@ApiTags('Integrations: deliveries')
@Access('admin')
@Controller('deliveries')
export class DeliveriesController {
  constructor(private readonly deliveries: DeliveriesService) {}

  @Get()
  @ApiOperation({ summary: 'List deliveries, newest first; `state=undelivered` for all that no endpoint has accepted' })
  @ApiOkResponse({ type: DeliveryListResponse })
  async list(@Query() { limit, cursor, from, to, ...filter }: DeliveryQuery): Promise<DeliveryListResponse> {
    const range = {
      ...(from !== undefined && { from: new Date(from) }),
      ...(to !== undefined && { to: new Date(to) }),
    };
    const { rows, nextCursor } = await this.deliveries.list({ ...filter, ...range }, limit, cursor);
    return { success: true, deliveries: rows, nextCursor };
  }

  @Get(':id')
  @ApiOperation({ summary: 'Read a delivery with all its attempts' })
  @ApiOkResponse({ type: DeliveryDetailsResponse })
  async get(@Param('id', ParseUUIDPipe) id: string): Promise<DeliveryDetailsResponse> {
    return { success: true, delivery: await this.deliveries.get(id) };
  }

  @Post(':id/resend')
  @HttpCode(202)
  @ApiOperation({ summary: 'Send a delivery once more, whatever became of it' })
  @ApiAcceptedResponse({ type: MessageResponse })
  @ApiConflictResponse({ description: 'It is being sent, held, or its webhook is deleted' })
  async resend(@Param('id', ParseUUIDPipe) id: string, @CurrentCaller() { actor }: Caller): Promise<MessageResponse> {
    await this.deliveries.resend(id, actor);
    return { success: true, message: 'The delivery will be sent again' };
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @ApiOperation({ summary: 'Make no further attempt at a delivery' })
  @ApiOkResponse({ type: MessageResponse })
  @ApiConflictResponse({ description: 'It is delivered or exhausted' })
  async cancel(@Param('id', ParseUUIDPipe) id: string, @CurrentCaller() { actor }: Caller): Promise<MessageResponse> {
    await this.deliveries.cancel(id, actor);
    return { success: true, message: 'No further attempt will be made' };
  }
}
