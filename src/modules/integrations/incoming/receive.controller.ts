import type { IncomingHttpHeaders } from 'node:http';
import { Controller, Headers, HttpCode, Param, Post, RawBody } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiTags, ApiUnauthorizedResponse } from '@nestjs/swagger';
import { KeepsRawBody } from '../../../platform/http/raw-body.decorator.js';
import { Unguarded } from '../../../platform/http/unguarded.decorator.js';
import { ReceivedResponse } from './incoming.dto.js';
import { IncomingService } from './incoming.service.js';

@ApiTags('Integrations: incoming')
@Unguarded()
@Controller('webhook/receive')
export class ReceiveController {
  constructor(private readonly incoming: IncomingService) {}

  @Post(':secret')
  @HttpCode(200)
  @KeepsRawBody()
  @ApiOperation({ summary: 'Post a webhook, with a body of any type' })
  @ApiConsumes('*/*')
  @ApiBody({ required: false, schema: { type: 'string', format: 'binary', example: '{"action":"enrolment.created"}' } })
  @ApiOkResponse({ type: ReceivedResponse })
  @ApiUnauthorizedResponse({ description: 'The secret is unknown' })
  async receive(
    @Param('secret') secret: string,
    @Headers() headers: IncomingHttpHeaders,
    @RawBody() body: Buffer | undefined,
  ): Promise<ReceivedResponse> {
    const received = await this.incoming.receive(secret, headers, body ?? Buffer.alloc(0));
    return { success: true, message: 'Webhook received successfully', ...received };
  }
}
