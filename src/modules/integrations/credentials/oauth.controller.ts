import {
  Body,
  Controller,
  Delete,
  Get,
  Header,
  Headers,
  HttpCode,
  Param,
  ParseUUIDPipe,
  Post,
  Query,
  Res,
} from '@nestjs/common';
import {
  ApiBadGatewayResponse,
  ApiConflictResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiQuery,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Unguarded } from '../../../platform/http/unguarded.decorator.js';
import { Access, CurrentCaller, type Caller } from '../../identity/index.js';
import { MessageResponse } from '../message-response.dto.js';
import { OauthCallback } from './oauth-callback.js';
import { OauthAuthorizationService } from './oauth-authorization.service.js';
import { AuthorizationStartResponse, CompleteAuthorizationBody } from './oauth.dto.js';

const notInteractive = { description: 'The integration is not one that is connected in a browser' };

/** Connecting an integration with somebody's consent in a browser. */
@ApiTags('Integrations: credentials')
@Access('admin')
@Controller()
export class OauthController {
  constructor(
    private readonly authorizations: OauthAuthorizationService,
    private readonly callbacks: OauthCallback,
  ) {}

  /** Changes nothing that exists; it is there because it is what people type. */
  @Get(':id/oauth/start')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Begin to connect an integration: the address at which to give consent' })
  @ApiConflictResponse(notInteractive)
  @ApiOkResponse({ type: AuthorizationStartResponse })
  begin(
    @Param('id', ParseUUIDPipe) id: string,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AuthorizationStartResponse> {
    return this.start(id, caller, reply);
  }

  @Post(':id/oauth/start')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Begin to connect an integration: the address at which to give consent' })
  @ApiConflictResponse(notInteractive)
  @ApiOkResponse({ type: AuthorizationStartResponse })
  async start(
    @Param('id', ParseUUIDPipe) id: string,
    @CurrentCaller() { actor }: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AuthorizationStartResponse> {
    const { cookie, ...begun } = await this.authorizations.start(id, actor);
    reply.header('set-cookie', cookie);
    return { success: true, ...begun };
  }

  @Get('oauth/callback')
  @Unguarded()
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Where browsers come back with the consent; shows what became of it' })
  @ApiQuery({ name: 'state', required: false, schema: { type: 'string', example: 'kJ0r' } })
  @ApiQuery({ name: 'code', required: false, schema: { type: 'string', example: 'SplxlOBeZQQYbYS6WxSbIA' } })
  @ApiQuery({ name: 'error', required: false, schema: { type: 'string', example: 'access_denied' } })
  @ApiProduces('text/html')
  @ApiOkResponse({ schema: { type: 'string', example: '<h1>The integration is connected</h1>' } })
  async callback(
    @Query() query: Record<string, unknown>,
    @Headers('cookie') cookies: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const { status, page, cookie } = await this.callbacks.take(query, cookies);
    reply.status(status);
    if (cookie !== undefined) reply.header('set-cookie', cookie);
    return page;
  }

  @Post('oauth/complete')
  @HttpCode(200)
  @ApiOperation({ summary: 'Complete what the same admin began, with what the browser came back with' })
  @ApiBadGatewayResponse({ description: 'The authorization server gives no tokens' })
  @ApiUnprocessableEntityResponse({ description: 'The state is not one that this admin can complete' })
  @ApiOkResponse({ type: MessageResponse })
  async complete(
    @Body() body: CompleteAuthorizationBody,
    @CurrentCaller() { actor }: Caller,
  ): Promise<MessageResponse> {
    await this.authorizations.takeFromAdmin(new URLSearchParams({ ...body }), actor);
    return { success: true, message: 'Integration connected successfully' };
  }

  @Delete(':id/oauth')
  @ApiOperation({ summary: 'Forget the tokens of an integration, and end them at their server where it can' })
  @ApiOkResponse({ type: MessageResponse })
  async disconnect(
    @Param('id', ParseUUIDPipe) id: string,
    @CurrentCaller() { actor }: Caller,
  ): Promise<MessageResponse> {
    await this.authorizations.disconnect(id, actor);
    return { success: true, message: 'Integration disconnected successfully' };
  }
}
