import { Body, Controller, Get, Header, HttpCode, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBadGatewayResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiServiceUnavailableResponse,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import { Access, CurrentCaller, type Caller } from '../../identity/index.js';
import { OwnedSessionListResponse } from '../sessions/session-responses.dto.js';
import { SessionViews } from '../sessions/session-views.js';
import { ClassSessionsQuery, ClassStartResponse, StartClassRequest } from './class-starts.dto.js';
import { ClassStartsService } from './class-starts.service.js';

@ApiTags('Educates: classes')
@Access('instructor')
@Controller('class-starts')
export class ClassStartsController {
  constructor(
    private readonly starts: ClassStartsService,
    private readonly views: SessionViews,
  ) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({
    summary: 'Open a session of a workshop for everybody in a class',
    description:
      'One member after the other, in the background. Needs a grant of `educates.class.start` on `class:<group>`. Members find their ' +
      'session in their list, or get it when they ask for the workshop.',
  })
  @ApiAcceptedResponse({ type: ClassStartResponse })
  @ApiNotFoundResponse({ description: 'No such class, portal or workshop' })
  @ApiUnprocessableEntityResponse({ description: 'The parameters are not valid, or the class is too large' })
  @ApiBadGatewayResponse({ description: 'The training portal is not set up rightly' })
  @ApiServiceUnavailableResponse({ description: 'No portal answers; see Retry-After' })
  async start(
    @CurrentCaller() caller: Caller,
    @Body() { timeout: timeoutSeconds, wait: waitSeconds, ...wish }: StartClassRequest,
  ): Promise<ClassStartResponse> {
    return ClassStartResponse.of(await this.starts.start(caller, { ...wish, timeoutSeconds, waitSeconds }));
  }

  @Get(':id')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Read how far the sessions of a class are' })
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiOkResponse({ type: ClassStartResponse })
  async get(@CurrentCaller() caller: Caller, @Param('id', ParseUUIDPipe) id: string): Promise<ClassStartResponse> {
    return ClassStartResponse.of(await this.starts.get(caller, id));
  }

  @Get(':id/sessions')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'List the sessions of a class, the newest first' })
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiOkResponse({ type: OwnedSessionListResponse })
  async listSessions(
    @CurrentCaller() caller: Caller,
    @Param('id', ParseUUIDPipe) id: string,
    @Query() query: ClassSessionsQuery,
  ): Promise<OwnedSessionListResponse> {
    const page = await this.starts.listSessions(caller, id, query);
    return { ...page, sessions: await this.views.withOwners(caller, page.sessions) };
  }

  @Post(':id/terminate')
  @HttpCode(202)
  @ApiOperation({ summary: 'End all sessions of a class, in the background. Doing it again changes nothing' })
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiAcceptedResponse({ type: ClassStartResponse })
  async terminate(
    @CurrentCaller() caller: Caller,
    @Param('id', ParseUUIDPipe) id: string,
  ): Promise<ClassStartResponse> {
    return ClassStartResponse.of(await this.starts.terminate(caller, id));
  }
}
