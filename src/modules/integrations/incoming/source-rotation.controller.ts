import { Body, Controller, Delete, HttpCode, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { ApiConflictResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AppConfig } from '../../../platform/config/app-config.js';
import { Access, CurrentCaller, type Caller } from '../../identity/index.js';
import { MessageResponse } from '../message-response.dto.js';
import { RotateIncomingSourceBody } from './incoming-source.dto.js';
import { IncomingSourceRotatedResponse } from './incoming.dto.js';
import { openedAddress } from './source.response.js';
import { SourceRotationService } from './source-rotation.service.js';

@ApiTags('Integrations: incoming')
@Access('admin')
@Controller(':id/incoming-sources/:sourceId')
export class SourceRotationController {
  constructor(
    private readonly rotation: SourceRotationService,
    private readonly config: AppConfig,
  ) {}

  @Post('rotate')
  @HttpCode(200)
  @ApiOperation({ summary: 'Replace the key or the address; the one before stays valid for a while' })
  @ApiOkResponse({ type: IncomingSourceRotatedResponse })
  @ApiConflictResponse({ description: 'The secret cannot be used, or there are too many live keys' })
  async rotate(
    @Param('id', ParseUUIDPipe) integrationId: string,
    @Param('sourceId', ParseUUIDPipe) sourceId: string,
    @Body() body: RotateIncomingSourceBody,
    @CurrentCaller() { actor }: Caller,
  ): Promise<IncomingSourceRotatedResponse> {
    const { source, pathPart, key } = await this.rotation.rotate(integrationId, sourceId, body, actor);
    const shown =
      pathPart === null
        ? { secret: key, url: null }
        : openedAddress({ source, pathPart, key }, this.config.http.publicUrl);
    return { success: true, sourceId, message: 'Incoming source rotated successfully', ...shown };
  }

  @Delete('keys/:keyId')
  @HttpCode(200)
  @ApiOperation({ summary: 'End a key of such an address at once' })
  @ApiOkResponse({ type: MessageResponse })
  async revokeKey(
    @Param('id', ParseUUIDPipe) integrationId: string,
    @Param('sourceId', ParseUUIDPipe) sourceId: string,
    @Param('keyId', ParseUUIDPipe) keyId: string,
    @CurrentCaller() { actor }: Caller,
  ): Promise<MessageResponse> {
    await this.rotation.revokeKey(integrationId, sourceId, keyId, actor);
    return { success: true, message: 'The key is no longer valid' };
  }
}
