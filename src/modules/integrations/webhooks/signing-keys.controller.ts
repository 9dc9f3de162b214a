import { Body, Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { ApiConflictResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access, CurrentCaller, type Caller } from '../../identity/index.js';
import { MessageResponse } from '../message-response.dto.js';
import { KeyListResponse, RotatedResponse, RotateSecretBody } from './signing-keys.dto.js';
import { SigningKeysService } from './signing-keys.service.js';

@ApiTags('Integrations: webhooks')
@Access('admin')
@Controller(':id/webhooks/:webhookId')
export class SigningKeysController {
  constructor(private readonly keys: SigningKeysService) {}

  @Post('rotate-secret')
  @HttpCode(200)
  @ApiOperation({ summary: 'Replace the key that signs; the one before it signs too until the overlap is over' })
  @ApiOkResponse({ type: RotatedResponse })
  @ApiConflictResponse({ description: 'The webhook does not use the scheme, or has too many live keys' })
  async rotate(
    @Param('id', ParseUUIDPipe) integrationId: string,
    @Param('webhookId', ParseUUIDPipe) webhookId: string,
    @Body() body: RotateSecretBody,
    @CurrentCaller() { actor }: Caller,
  ): Promise<RotatedResponse> {
    return { success: true, ...(await this.keys.rotate(integrationId, webhookId, body, actor)) };
  }

  @Get('secrets')
  @ApiOperation({ summary: 'List the keys that sign now, and until when' })
  @ApiOkResponse({ type: KeyListResponse })
  async list(
    @Param('id', ParseUUIDPipe) integrationId: string,
    @Param('webhookId', ParseUUIDPipe) webhookId: string,
  ): Promise<KeyListResponse> {
    return { success: true, secrets: await this.keys.list(integrationId, webhookId) };
  }

  @Delete('secrets/:secretId')
  @ApiOperation({ summary: 'Withdraw a key that was replaced, before its overlap is over' })
  @ApiOkResponse({ type: MessageResponse })
  async withdraw(
    @Param('id', ParseUUIDPipe) integrationId: string,
    @Param('webhookId', ParseUUIDPipe) webhookId: string,
    @Param('secretId', ParseUUIDPipe) secretId: string,
    @CurrentCaller() { actor }: Caller,
  ): Promise<MessageResponse> {
    await this.keys.withdraw(integrationId, webhookId, secretId, actor);
    return { success: true, message: 'The key signs no more' };
  }
}
