import { Body, Controller, HttpCode, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOperation, ApiTags, ApiUnprocessableEntityResponse } from '@nestjs/swagger';
import { Access, CurrentCaller, type Caller } from '../../identity/index.js';
import { ExampleBody, ExampleSentResponse } from './example.dto.js';
import { ExampleService } from './example.service.js';

@ApiTags('Integrations: webhooks')
@Access('admin')
@Controller(':id/webhooks/:webhookId/example')
export class ExampleController {
  constructor(private readonly examples: ExampleService) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({ summary: 'Deliver the example of an event type to this webhook alone' })
  @ApiAcceptedResponse({ type: ExampleSentResponse })
  @ApiUnprocessableEntityResponse({ description: 'The webhook does not get this type, or the type has no example' })
  async send(
    @Param('id', ParseUUIDPipe) integrationId: string,
    @Param('webhookId', ParseUUIDPipe) webhookId: string,
    @Body() { eventType }: ExampleBody,
    @CurrentCaller() { actor }: Caller,
  ): Promise<ExampleSentResponse> {
    return { success: true, ...(await this.examples.send(integrationId, webhookId, eventType, actor)) };
  }
}
