import { Body, Controller, Delete, Get, Param, Post, Put } from '@nestjs/common';
import {
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import { Access, CurrentCaller, type Caller } from '../../identity/index.js';
import { MessageResponse } from '../message-response.dto.js';
import {
  EventTypeDetailsResponse,
  EventTypeListResponse,
  RegisterEventTypeBody,
  ReplaceEventTypeBody,
  toEventTypeResponse,
} from './event-type.dto.js';
import { EventTypesService } from './event-types.service.js';

const parameter = { name: 'type', example: 'grade.published' };

@ApiTags('Integrations: events')
@Access('admin')
@Controller('event-types')
export class EventTypesController {
  constructor(private readonly types: EventTypesService) {}

  @Get()
  @ApiOperation({ summary: 'List every type of event that webhooks can subscribe to' })
  @ApiOkResponse({ type: EventTypeListResponse })
  async list(): Promise<EventTypeListResponse> {
    return { success: true, eventTypes: (await this.types.list()).map(toEventTypeResponse) };
  }

  @Post()
  @ApiOperation({ summary: 'Register a type of your own, with a schema that its events are checked against' })
  @ApiCreatedResponse({ type: EventTypeDetailsResponse })
  @ApiConflictResponse({ description: 'The name is taken, or there are too many' })
  @ApiUnprocessableEntityResponse({ description: 'The schema is not taken, or the example does not fit it' })
  async register(
    @Body() body: RegisterEventTypeBody,
    @CurrentCaller() { actor }: Caller,
  ): Promise<EventTypeDetailsResponse> {
    return { success: true, eventType: toEventTypeResponse(await this.types.register(body, actor)) };
  }

  @Get(':type')
  @ApiParam(parameter)
  @ApiOperation({ summary: 'Read a type of event' })
  @ApiOkResponse({ type: EventTypeDetailsResponse })
  @ApiNotFoundResponse({ description: 'There is no such type' })
  async get(@Param('type') name: string): Promise<EventTypeDetailsResponse> {
    return { success: true, eventType: toEventTypeResponse(await this.types.get(name)) };
  }

  @Put(':type')
  @ApiParam(parameter)
  @ApiOperation({ summary: 'Change a registered type; another schema gets the next version' })
  @ApiOkResponse({ type: EventTypeDetailsResponse })
  @ApiNotFoundResponse({ description: 'Nobody registered such a type' })
  @ApiConflictResponse({ description: 'It is part of the catalogue' })
  @ApiUnprocessableEntityResponse({ description: 'The schema is not taken, or the example does not fit it' })
  async replace(
    @Param('type') name: string,
    @Body() body: ReplaceEventTypeBody,
    @CurrentCaller() { actor }: Caller,
  ): Promise<EventTypeDetailsResponse> {
    return { success: true, eventType: toEventTypeResponse(await this.types.replace({ ...body, name }, actor)) };
  }

  @Delete(':type')
  @ApiParam(parameter)
  @ApiOperation({ summary: 'Delete a registered type; what is published of it stays' })
  @ApiOkResponse({ type: MessageResponse })
  @ApiNotFoundResponse({ description: 'Nobody registered such a type' })
  @ApiConflictResponse({ description: 'It is part of the catalogue' })
  async delete(@Param('type') name: string, @CurrentCaller() { actor }: Caller): Promise<MessageResponse> {
    await this.types.delete(name, actor);
    return { success: true, message: 'Event type deleted successfully' };
  }
}
