import { Body, Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe, Patch, Post, Put } from '@nestjs/common';
import {
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import { Access, CurrentCaller, type Caller } from '../../identity/index.js';
import { MessageResponse } from '../message-response.dto.js';
import { toWebhookResponse } from './webhook.response.js';
import { WebhookChangesService } from './webhook-changes.service.js';
import { WebhookCreatedResponse, WebhookDetailsResponse, WebhookListResponse } from './webhook-responses.dto.js';
import { CreateWebhookBody, UpdateWebhookBody } from './webhook.dto.js';
import { WebhooksService } from './webhooks.service.js';

@ApiTags('Integrations: webhooks')
@Access('admin')
@Controller(':id/webhooks')
export class WebhooksController {
  constructor(
    private readonly webhooks: WebhooksService,
    private readonly changes: WebhookChangesService,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List the webhooks of an integration, newest first' })
  @ApiOkResponse({ type: WebhookListResponse })
  async list(@Param('id', ParseUUIDPipe) integrationId: string): Promise<WebhookListResponse> {
    return { success: true, webhooks: (await this.webhooks.list(integrationId)).map(toWebhookResponse) };
  }

  @Post()
  @ApiOperation({ summary: 'Subscribe an endpoint to a type of events; the answer alone shows the signing secret' })
  @ApiCreatedResponse({ type: WebhookCreatedResponse })
  @ApiConflictResponse({ description: 'The integration has too many webhooks' })
  @ApiUnprocessableEntityResponse({ description: 'The event type is unknown, or the endpoint cannot be called' })
  async create(
    @Param('id', ParseUUIDPipe) integrationId: string,
    @Body() body: CreateWebhookBody,
    @CurrentCaller() { actor }: Caller,
  ): Promise<WebhookCreatedResponse> {
    const created = await this.webhooks.create(integrationId, body, actor);
    return { success: true, message: 'Webhook added successfully', ...created };
  }

  @Get(':webhookId')
  @ApiOperation({ summary: 'Read a webhook' })
  @ApiOkResponse({ type: WebhookDetailsResponse })
  async get(
    @Param('id', ParseUUIDPipe) integrationId: string,
    @Param('webhookId', ParseUUIDPipe) webhookId: string,
  ): Promise<WebhookDetailsResponse> {
    return { success: true, webhook: toWebhookResponse(await this.webhooks.get(integrationId, webhookId)) };
  }

  @Patch(':webhookId')
  @ApiOperation({
    summary: 'Change a webhook; members that are left out stay as they are, null gives a setting its default',
  })
  @ApiOkResponse({ type: WebhookDetailsResponse })
  @ApiUnprocessableEntityResponse({ description: 'A member does not fit; each is named' })
  async update(
    @Param('id', ParseUUIDPipe) integrationId: string,
    @Param('webhookId', ParseUUIDPipe) webhookId: string,
    @Body() body: UpdateWebhookBody,
    @CurrentCaller() { actor }: Caller,
  ): Promise<WebhookDetailsResponse> {
    const webhook = await this.changes.update(integrationId, webhookId, body, actor);
    return { success: true, webhook: toWebhookResponse(webhook) };
  }

  @Put(':webhookId')
  @ApiOperation({ summary: 'The same as PATCH' })
  @ApiOkResponse({ type: WebhookDetailsResponse })
  @ApiUnprocessableEntityResponse({ description: 'A member does not fit; each is named' })
  put(
    @Param('id', ParseUUIDPipe) integrationId: string,
    @Param('webhookId', ParseUUIDPipe) webhookId: string,
    @Body() body: UpdateWebhookBody,
    @CurrentCaller() caller: Caller,
  ): Promise<WebhookDetailsResponse> {
    return this.update(integrationId, webhookId, body, caller);
  }

  @Post(':webhookId/pause')
  @HttpCode(200)
  @ApiOperation({ summary: 'Hold the deliveries of a webhook' })
  @ApiOkResponse({ type: WebhookDetailsResponse })
  async pause(
    @Param('id', ParseUUIDPipe) integrationId: string,
    @Param('webhookId', ParseUUIDPipe) webhookId: string,
    @CurrentCaller() { actor }: Caller,
  ): Promise<WebhookDetailsResponse> {
    return { success: true, webhook: toWebhookResponse(await this.changes.pause(integrationId, webhookId, actor)) };
  }

  @Post(':webhookId/resume')
  @HttpCode(200)
  @ApiOperation({ summary: 'Deliver again, beginning with what was held; also after a webhook was disabled' })
  @ApiOkResponse({ type: WebhookDetailsResponse })
  async resume(
    @Param('id', ParseUUIDPipe) integrationId: string,
    @Param('webhookId', ParseUUIDPipe) webhookId: string,
    @CurrentCaller() { actor }: Caller,
  ): Promise<WebhookDetailsResponse> {
    return { success: true, webhook: toWebhookResponse(await this.changes.resume(integrationId, webhookId, actor)) };
  }

  @Delete(':webhookId')
  @ApiOperation({ summary: 'Delete a webhook and cancel what is still to be delivered to it' })
  @ApiOkResponse({ type: MessageResponse })
  async delete(
    @Param('id', ParseUUIDPipe) integrationId: string,
    @Param('webhookId', ParseUUIDPipe) webhookId: string,
    @CurrentCaller() { actor }: Caller,
  ): Promise<MessageResponse> {
    await this.webhooks.delete(integrationId, webhookId, actor);
    return { success: true, message: 'Webhook deleted successfully' };
  }
}
