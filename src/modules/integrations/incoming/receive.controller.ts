import type { IncomingHttpHeaders } from 'node:http';
import { Controller, Get, Header, Headers, HttpCode, Param, Post, Query, RawBody } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiExtraModels,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiServiceUnavailableResponse,
  ApiTags,
  ApiTooManyRequestsResponse,
  ApiUnauthorizedResponse,
  getSchemaPath,
} from '@nestjs/swagger';
import { KeepsRawBody } from '../../../platform/http/raw-body.decorator.js';
import { Unguarded } from '../../../platform/http/unguarded.decorator.js';
import { Unlimited } from '../../../platform/rate-limit/rate-limited.decorator.js';
import type { ChallengeQuery } from './challenge.policy.js';
import { ChallengeResponse, ReceivedResponse } from './incoming.dto.js';
import { IncomingService } from './incoming.service.js';
import type { AddressForm } from './incoming-secrets.js';

const anyBody = {
  required: false,
  schema: { type: 'string', format: 'binary', example: '{"action":"enrolment.created"}' },
};

/**
 * Not limited by address: senders post in bursts from few addresses. Each source has its own limit, and whoever knows none learns
 * nothing and costs one look into an index.
 */
@ApiTags('Integrations: incoming')
@ApiExtraModels(ReceivedResponse, ChallengeResponse)
@Unguarded()
@Controller('webhook')
export class ReceiveController {
  constructor(private readonly incoming: IncomingService) {}

  @Post('receive/:secret')
  @HttpCode(200)
  @KeepsRawBody()
  @Unlimited()
  @ApiOperation({ summary: 'Post a webhook, with a body of any type' })
  @ApiConsumes('*/*')
  @ApiBody(anyBody)
  @ApiOkResponse({ type: ReceivedResponse })
  @ApiUnauthorizedResponse({ description: 'The secret is unknown' })
  @ApiTooManyRequestsResponse({ description: 'The source has had too many; `Retry-After` says when to come back' })
  receive(
    @Param('secret') secret: string,
    @Headers() headers: IncomingHttpHeaders,
    @RawBody() body: Buffer | undefined,
  ): Promise<ReceivedResponse | ChallengeResponse> {
    return this.take('receive', secret, headers, body);
  }

  @Post('in/:token')
  @HttpCode(200)
  @KeepsRawBody()
  @Unlimited()
  @ApiOperation({ summary: 'Post a webhook that is verified as its source says, with a body of any type' })
  @ApiConsumes('*/*')
  @ApiBody(anyBody)
  @ApiOkResponse({
    schema: { oneOf: [{ $ref: getSchemaPath(ReceivedResponse) }, { $ref: getSchemaPath(ChallengeResponse) }] },
  })
  @ApiUnauthorizedResponse({ description: 'The signature or token is missing or wrong' })
  @ApiNotFoundResponse({ description: 'There is no active source at this address' })
  @ApiTooManyRequestsResponse({ description: 'The source has had too many; `Retry-After` says when to come back' })
  @ApiServiceUnavailableResponse({ description: 'The keys of the sender cannot be read at the moment' })
  receiveVerified(
    @Param('token') token: string,
    @Headers() headers: IncomingHttpHeaders,
    @RawBody() body: Buffer | undefined,
  ): Promise<ReceivedResponse | ChallengeResponse> {
    return this.take('in', token, headers, body);
  }

  @Get('in/:token')
  @Unlimited()
  @Header('content-type', 'text/plain; charset=utf-8')
  @ApiOperation({ summary: 'Answer the check of an address, for sources that expect one' })
  @ApiProduces('text/plain')
  @ApiOkResponse({ content: { 'text/plain': { schema: { type: 'string', example: 'challenge-1' } } } })
  @ApiNotFoundResponse({ description: 'There is no active source at this address, or it expects no such check' })
  answerChallenge(@Param('token') token: string, @Query() query: ChallengeQuery): Promise<string> {
    return this.incoming.answerChallenge(token, query);
  }

  private async take(form: AddressForm, pathPart: string, headers: IncomingHttpHeaders, bytes: Buffer | undefined) {
    const received = await this.incoming.receive({ form, pathPart, headers, body: bytes ?? Buffer.alloc(0) });
    if ('challenge' in received) return received;
    return { success: true as const, message: 'Webhook received successfully', ...received };
  }
}
