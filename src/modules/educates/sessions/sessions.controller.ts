import {
  Body,
  Controller,
  Get,
  Header,
  HttpCode,
  HttpStatus,
  Param,
  ParseUUIDPipe,
  Post,
  Query,
  Redirect,
  Res,
} from '@nestjs/common';
import {
  ApiBadGatewayResponse,
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiFoundResponse,
  ApiGoneResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiServiceUnavailableResponse,
  ApiTags,
  ApiUnauthorizedResponse,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Access, CurrentAccount, CurrentCaller, type AccountCaller, type Caller } from '../../identity/index.js';
import { LaunchLinks } from './launch-links.js';
import { LaunchService } from './launch.service.js';
import { SessionOpener } from './session-opener.js';
import {
  LaunchQuery,
  OpenSessionRequest,
  SessionListResponse,
  SessionResponse,
  SessionsQuery,
} from './sessions.dto.js';
import { SessionsService } from './sessions.service.js';
import type { WorkshopSessionEntity } from './workshop-session.entity.js';

@ApiTags('Educates: sessions')
@Access('guest')
@Controller('sessions')
export class SessionsController {
  constructor(
    private readonly opener: SessionOpener,
    private readonly sessions: SessionsService,
    private readonly launches: LaunchService,
    private readonly links: LaunchLinks,
  ) {}

  @Post()
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Open a session of a workshop',
    description:
      'Answers 200 with the session that you have already, if you have one of this workshop on any portal; otherwise 201 with a new one.',
  })
  @ApiCreatedResponse({ type: SessionResponse })
  @ApiOkResponse({ type: SessionResponse, description: 'You have this session already' })
  @ApiConflictResponse({ description: 'You have as many sessions as one person may have there' })
  @ApiUnprocessableEntityResponse({ description: 'The parameters of the workshop are not valid' })
  @ApiBadGatewayResponse({ description: 'The training portal is not set up rightly' })
  @ApiServiceUnavailableResponse({ description: 'All places are taken, or no portal answers; see Retry-After' })
  async open(
    @CurrentAccount() caller: AccountCaller,
    @Body() { timeout: timeoutSeconds, ...wish }: OpenSessionRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionResponse> {
    const { session, isNew } = await this.opener.open(caller, { ...wish, timeoutSeconds });
    reply.status(isNew ? HttpStatus.CREATED : HttpStatus.OK);
    return this.respond(session, caller);
  }

  @Get()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'List your sessions, the newest first' })
  @ApiOkResponse({ type: SessionListResponse })
  async list(
    @CurrentAccount() caller: AccountCaller,
    @Query() { live: isLive, limit, cursor }: SessionsQuery,
  ): Promise<SessionListResponse> {
    const { sessions, nextCursor } = await this.sessions.list(caller, { isLive, limit, cursor });
    return { sessions: sessions.map((session) => this.respond(session, caller)), nextCursor };
  }

  @Get(':id')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Read a session of yours; an admin reads any' })
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiOkResponse({ type: SessionResponse })
  async get(@CurrentCaller() caller: Caller, @Param('id', ParseUUIDPipe) id: string): Promise<SessionResponse> {
    return this.respond(await this.sessions.get(caller, id), caller);
  }

  @Post(':id/terminate')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'End a session of yours; an admin ends any. Doing it again changes nothing' })
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiOkResponse({ type: SessionResponse, description: '`stopping` until the portal has ended it' })
  async terminate(@CurrentCaller() caller: Caller, @Param('id', ParseUUIDPipe) id: string): Promise<SessionResponse> {
    return this.respond(await this.sessions.terminate(caller, id), caller);
  }

  @Get(':id/launch')
  @Access('public')
  @Redirect()
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Enter a session',
    description:
      'For the browser: redirects to the training portal. Needs the ticket of a `launchUrl`, or the access token of the session’s owner. ' +
      'When the time to come has passed, the session is requested anew.',
  })
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiFoundResponse({ description: 'To the session; the address is a credential' })
  @ApiUnauthorizedResponse({ description: 'Neither a ticket that works nor an access token' })
  @ApiGoneResponse({ description: 'The session has ended; open another' })
  @ApiBadGatewayResponse({ description: 'The training portal is not set up rightly' })
  @ApiServiceUnavailableResponse({ description: 'The portal does not answer; see Retry-After' })
  async launch(
    @CurrentCaller() caller: Caller | undefined,
    @Param('id', ParseUUIDPipe) id: string,
    @Query() { ticket }: LaunchQuery,
  ): Promise<{ url: string; statusCode: number }> {
    return { url: await this.launches.launch(id, caller, ticket), statusCode: HttpStatus.FOUND };
  }

  /** Only its owner gets a link: whoever follows one becomes the learner. */
  private respond(session: WorkshopSessionEntity, { userId }: Caller): SessionResponse {
    const isOwner = session.userId === userId;
    return SessionResponse.of(session, isOwner ? this.links.of(session, new Date()) : null);
  }
}
