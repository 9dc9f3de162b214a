import { Controller, Delete, Get, Param, ParseUUIDPipe, Query } from '@nestjs/common';
import { ApiConflictResponse, ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access, CurrentCaller, type Caller } from '../../identity/index.js';
import { MessageResponse } from '../message-response.dto.js';
import {
  ScheduledEventDetailsResponse,
  ScheduledEventListResponse,
  ScheduledEventQuery,
  toScheduledEventResponse,
} from './scheduled-event.dto.js';
import { ScheduledEventsService } from './scheduled-events.service.js';

@ApiTags('Integrations: events')
@Access('admin')
@Controller('scheduled-events')
export class ScheduledEventsController {
  constructor(private readonly scheduled: ScheduledEventsService) {}

  @Get()
  @ApiOperation({ summary: 'List events that are to be published later, reminders included, newest first' })
  @ApiOkResponse({ type: ScheduledEventListResponse })
  async list(@Query() { limit, cursor, state, event }: ScheduledEventQuery): Promise<ScheduledEventListResponse> {
    const { rows, nextCursor } = await this.scheduled.list({ state, type: event }, limit, cursor);
    return { success: true, scheduledEvents: rows.map(toScheduledEventResponse), nextCursor };
  }

  @Get(':id')
  @ApiOperation({ summary: 'Read a scheduled event, and what became of it' })
  @ApiOkResponse({ type: ScheduledEventDetailsResponse })
  @ApiNotFoundResponse({ description: 'There is none with this id' })
  async get(@Param('id', ParseUUIDPipe) id: string): Promise<ScheduledEventDetailsResponse> {
    return { success: true, scheduledEvent: toScheduledEventResponse(await this.scheduled.get(id)) };
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Cancel a scheduled event' })
  @ApiOkResponse({ type: MessageResponse })
  @ApiNotFoundResponse({ description: 'There is none with this id' })
  @ApiConflictResponse({ description: 'It is not scheduled any more' })
  async cancel(@Param('id', ParseUUIDPipe) id: string, @CurrentCaller() { actor }: Caller): Promise<MessageResponse> {
    await this.scheduled.cancel(id, actor);
    return { success: true, message: 'The event will not be published' };
  }
}
