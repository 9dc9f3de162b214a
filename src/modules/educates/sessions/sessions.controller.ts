import { Readable } from 'node:stream';
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
  StreamableFile,
} from '@nestjs/common';
import {
  ApiAcceptedResponse,
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
import { CallerGone } from '../../../platform/http/caller-gone.decorator.js';
import { Access, CurrentAccount, CurrentCaller, type AccountCaller, type Caller } from '../../identity/index.js';
import { LaunchService } from './launch.service.js';
import { SessionOpener } from './session-opener.js';
import { SessionEvents } from './session-events.js';
import {
  ExtensionResponse,
  OwnedSessionListResponse,
  SessionListResponse,
  SessionResponse,
} from './session-responses.dto.js';
import { SessionViews } from './session-views.js';
import { AllSessionsQuery, LaunchQuery, OpenSessionRequest, SessionsQuery } from './sessions.dto.js';
import { SessionsService } from './sessions.service.js';
import { TimelineQuery, TimelineResponse } from './timeline.dto.js';

@ApiTags('Educates: sessions')
@Access('guest')
@Controller('sessions')
export class SessionsController {
  constructor(
    private readonly opener: SessionOpener,
    private readonly sessions: SessionsService,
    private readonly launches: LaunchService,
    private readonly views: SessionViews,
    private readonly events: SessionEvents,
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
  @ApiAcceptedResponse({ type: SessionResponse, description: 'You are in the waiting list' })
  @ApiConflictResponse({ description: 'You have as many sessions as one person may have' })
  @ApiUnprocessableEntityResponse({ description: 'The parameters of the workshop are not valid' })
  @ApiBadGatewayResponse({ description: 'The training portal is not set up rightly' })
  @ApiServiceUnavailableResponse({ description: 'All places are taken, or no portal answers; see Retry-After' })
  async open(
    @CurrentAccount() caller: AccountCaller,
    @Body() { timeout: timeoutSeconds, wait: waitSeconds, ...wish }: OpenSessionRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionResponse> {
    const { session, isNew } = await this.opener.open(caller, { ...wish, timeoutSeconds, waitSeconds });
    reply.status(session.state === 'waiting' ? HttpStatus.ACCEPTED : isNew ? HttpStatus.CREATED : HttpStatus.OK);
    return this.views.of(caller, session);
  }

  @Get()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'List your sessions, the newest first' })
  @ApiOkResponse({ type: SessionListResponse })
  async list(
    @CurrentAccount() caller: AccountCaller,
    @Query() { live: isLive, limit, cursor }: SessionsQuery,
  ): Promise<SessionListResponse> {
    const page = await this.sessions.list(caller, { isLive, limit, cursor });
    return { ...page, sessions: await this.views.ofAll(caller, page.sessions) };
  }

  @Get('all')
  @Access('admin')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'List the sessions of everybody, the newest first' })
  @ApiOkResponse({ type: OwnedSessionListResponse })
  async listAll(
    @CurrentCaller() caller: Caller,
    @Query() { live: isLive, ...filter }: AllSessionsQuery,
  ): Promise<OwnedSessionListResponse> {
    const page = await this.sessions.listAll({ isLive, ...filter });
    return { ...page, sessions: await this.views.withOwners(caller, page.sessions) };
  }

  @Get(':id')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Read a session of yours; an admin reads any' })
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiOkResponse({ type: SessionResponse })
  async get(@CurrentCaller() caller: Caller, @Param('id', ParseUUIDPipe) id: string): Promise<SessionResponse> {
    return this.views.of(caller, await this.sessions.get(caller, id));
  }

  @Post(':id/terminate')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'End a session of yours; an admin ends any. Doing it again changes nothing' })
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiOkResponse({ type: SessionResponse, description: '`stopping` until the portal has ended it' })
  async terminate(@CurrentCaller() caller: Caller, @Param('id', ParseUUIDPipe) id: string): Promise<SessionResponse> {
    return this.views.of(caller, await this.sessions.terminate(caller, id));
  }

  @Post(':id/extend')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Ask for more time in a session of yours; an admin asks for any' })
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiOkResponse({ type: ExtensionResponse })
  @ApiConflictResponse({ description: 'Nobody has entered the session yet' })
  @ApiGoneResponse({ description: 'The session has ended' })
  @ApiBadGatewayResponse({ description: 'The training portal is not set up rightly' })
  @ApiServiceUnavailableResponse({ description: 'The portal does not answer; see Retry-After' })
  async extend(@CurrentCaller() caller: Caller, @Param('id', ParseUUIDPipe) id: string): Promise<ExtensionResponse> {
    const { session, isExtended, isExtendable } = await this.sessions.extend(caller, id);
    return { extended: isExtended, extendable: isExtendable, session: await this.views.of(caller, session) };
  }

  @Get(':id/timeline')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Read what became of a session of yours, the newest first; an admin reads any' })
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiOkResponse({ type: TimelineResponse })
  async timeline(
    @CurrentCaller() caller: Caller,
    @Param('id', ParseUUIDPipe) id: string,
    @Query() { limit }: TimelineQuery,
  ): Promise<TimelineResponse> {
    return TimelineResponse.of(await this.sessions.timeline(caller, id, limit + 1), limit);
  }

  @Get(':id/events')
  @Header('cache-control', 'no-store')
  @Header('x-accel-buffering', 'no')
  @ApiOperation({
    summary: 'Follow a session of yours as server-sent events',
    description:
      '`session`, with the same data as `GET /sessions/{id}`, when it changes; the stream ends with the session.',
  })
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiOkResponse({
    content: {
      'text/event-stream': {
        schema: {
          type: 'string',
          example: 'event: session\nid: 2.1\ndata: {"state":"waiting","waiting":{"position":1}}\n\n',
        },
      },
    },
  })
  async follow(
    @CurrentCaller() caller: Caller,
    @Param('id', ParseUUIDPipe) id: string,
    @CallerGone() gone: AbortSignal,
  ): Promise<StreamableFile> {
    const events = await this.events.open(caller, id, gone);
    return new StreamableFile(Readable.from(events, { objectMode: false }), { type: 'text/event-stream' });
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
}
