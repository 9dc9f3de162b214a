import { Body, Controller, HttpCode, Param, ParseUUIDPipe, Post, Put } from '@nestjs/common';
import {
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import { Access, CurrentCaller, type Caller } from '../../identity/index.js';
import { WebhookDetailsResponse } from '../webhooks/webhook-responses.dto.js';
import { toWebhookResponse } from '../webhooks/webhook.response.js';
import { DryRunBody, DryRunResponse } from './dry-run.dto.js';
import { WebhookContentBody } from './webhook-content.dto.js';
import { WebhookContentService } from './webhook-content.service.js';

const defaultDryRunEvents = 100;

@ApiTags('Integrations: webhooks')
@Access('admin')
@ApiNotFoundResponse({ description: 'The integration has no such webhook' })
@ApiUnprocessableEntityResponse({ description: 'A part of filter, fields or mapping does not fit; each is named' })
@Controller(':id/webhooks/:webhookId')
export class WebhookContentController {
  constructor(private readonly content: WebhookContentService) {}

  @Put('content')
  @ApiOperation({ summary: 'Set which events a webhook gets and what body they have; what is left out is the whole' })
  @ApiOkResponse({ type: WebhookDetailsResponse })
  async replace(
    @Param('id', ParseUUIDPipe) integrationId: string,
    @Param('webhookId', ParseUUIDPipe) webhookId: string,
    @Body() body: WebhookContentBody,
    @CurrentCaller() { actor }: Caller,
  ): Promise<WebhookDetailsResponse> {
    const webhook = await this.content.replace(integrationId, webhookId, body, actor);
    return { success: true, webhook: toWebhookResponse(webhook) };
  }

  @Post('filter/dry-run')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Try a filter, fields and a mapping on the newest events; nothing is sent',
    description: 'What is left out is taken from the webhook; null stands for the whole.',
  })
  @ApiOkResponse({ type: DryRunResponse })
  async dryRun(
    @Param('id', ParseUUIDPipe) integrationId: string,
    @Param('webhookId', ParseUUIDPipe) webhookId: string,
    @Body() { limit = defaultDryRunEvents, ...input }: DryRunBody,
  ): Promise<DryRunResponse> {
    return { success: true, ...(await this.content.dryRun(integrationId, webhookId, input, limit)) };
  }
}
