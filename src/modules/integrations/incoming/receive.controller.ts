import type { IncomingHttpHeaders } from 'node:http';
import { Controller, Headers, HttpCode, Param, Post, RawBody } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiTags, ApiUnauthorizedResponse } from '@nestjs/swagger';
import { KeepsRawBody } from '../../../platform/http/raw-body.decorator.js';
import { Unguarded } from '../../../platform/http/unguarded.decorator.js';
import { Unlimited } from '../../../platform/rate-limit/rate-limited.decorator.js';
import { ReceivedResponse } from './incoming.dto.js';
import { IncomingService } from './incoming.service.js';

/**
 * Not rate limited: senders post in bursts from few addresses, many give up after one refusal, and whoever has no secret learns
 * nothing and costs one look into an index.
 */
@ApiTags('Integrations: incoming')
@Unguarded()
@Controller('webhook/receive')
export class ReceiveController {
  constructor(private readonly incoming: IncomingService) {}

  @Post(':secret')
  @HttpCode(200)
  @KeepsRawBody()
  @Unlimited()
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
