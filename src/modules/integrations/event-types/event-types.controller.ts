import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { EventCatalogue } from '../../../platform/events/event-catalogue.js';
import { Access } from '../../identity/index.js';
import { EventTypeListResponse, toEventTypeResponse } from './event-type.dto.js';

@ApiTags('Integrations: events')
@Access('admin')
@Controller('event-types')
export class EventTypesController {
  constructor(private readonly catalogue: EventCatalogue) {}

  @Get()
  @ApiOperation({ summary: 'List every type of event that webhooks can subscribe to' })
  @ApiOkResponse({ type: EventTypeListResponse })
  list(): EventTypeListResponse {
    return { success: true, eventTypes: this.catalogue.list().map(toEventTypeResponse) };
  }
}
