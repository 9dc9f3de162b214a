import { Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ApiEnvelope } from '../../../platform/http/api-envelope.decorator.js';
import { UseEnvelope } from '../../../platform/http/envelope.js';
import { Access } from '../access/access.decorator.js';
import type { AccountCaller } from '../access/caller.js';
import { CurrentAccount } from '../access/current-account.decorator.js';
import { EndedSessionsResponse, LoginSessionResponse } from './login-session.response.js';
import { SessionsService } from './sessions.service.js';

@ApiTags('Identity: authentication')
@ApiBearerAuth()
@Access('guest')
@Controller('auth')
export class LoginSessionsController {
  constructor(private readonly sessions: SessionsService) {}

  @Post('logout')
  @HttpCode(200)
  @UseEnvelope('Logged out')
  @ApiOperation({ summary: 'End this session; its tokens stop working at once' })
  @ApiEnvelope(EndedSessionsResponse)
  async logout(@CurrentAccount() caller: AccountCaller): Promise<EndedSessionsResponse> {
    await this.sessions.revoke(caller, caller.sessionId);
    return { sessions: 1 };
  }

  @Post('logout-all')
  @HttpCode(200)
  @UseEnvelope('Logged out everywhere')
  @ApiOperation({ summary: 'End all your sessions' })
  @ApiEnvelope(EndedSessionsResponse)
  async logoutAll(@CurrentAccount() caller: AccountCaller): Promise<EndedSessionsResponse> {
    return { sessions: await this.sessions.revokeAll(caller) };
  }

  @Get('sessions')
  @UseEnvelope('Your sessions')
  @ApiOperation({ summary: 'List your sessions that stand, at most 100, the last used first' })
  @ApiEnvelope([LoginSessionResponse])
  async list(@CurrentAccount() caller: AccountCaller): Promise<LoginSessionResponse[]> {
    const sessions = await this.sessions.list(caller);
    return sessions.map((session) => LoginSessionResponse.of(session, caller.sessionId));
  }

  @Delete('sessions/:id')
  @UseEnvelope('Session ended')
  @ApiOperation({ summary: 'End one of your sessions' })
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiEnvelope(EndedSessionsResponse)
  async revoke(
    @CurrentAccount() caller: AccountCaller,
    @Param('id', ParseUUIDPipe) id: string,
  ): Promise<EndedSessionsResponse> {
    await this.sessions.revoke(caller, id);
    return { sessions: 1 };
  }
}
