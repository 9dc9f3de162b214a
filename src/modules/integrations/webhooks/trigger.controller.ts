import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags, ApiUnprocessableEntityResponse } from '@nestjs/swagger';
import { Access, CurrentCaller, type Caller } from '../../identity/index.js';
import { TriggerBody, TriggerResponse } from './trigger.dto.js';
import { TriggerService } from './trigger.service.js';

@ApiTags('Integrations: events')
@Access('admin')
@Controller('webhooks/trigger')
export class TriggerController {
  constructor(private readonly triggers: TriggerService) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Publish an event by hand, and wait a little for its first deliveries' })
  @ApiOkResponse({ type: TriggerResponse })
  @ApiUnprocessableEntityResponse({ description: 'The event type is unknown, or the data does not fit it' })
  async trigger(@Body() body: TriggerBody, @CurrentCaller() { actor }: Caller): Promise<TriggerResponse> {
    return { success: true, accepted: true, ...(await this.triggers.trigger(body, actor)) };
  }
}
