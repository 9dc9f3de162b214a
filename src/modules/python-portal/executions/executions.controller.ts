import {
  Controller,
  Delete,
  Get,
  Header,
  Headers,
  HttpStatus,
  Param,
  ParseUUIDPipe,
  Res,
  StreamableFile,
} from '@nestjs/common';
import { ApiHeader, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { ApiEnvelope } from '../../../platform/http/api-envelope.decorator.js';
import { CallerGone } from '../../../platform/http/caller-gone.decorator.js';
import { UseEnvelope } from '../../../platform/http/envelope.js';
import { Access, CurrentCaller, type Caller } from '../../identity/index.js';
import { endId, parseCursor } from './event-cursor.policy.js';
import { ExecutionEvents } from './execution-events.js';
import { ExecutionResponse } from './executions.dto.js';
import { ExecutionsService } from './executions.service.js';

@ApiTags('Python portal: execution')
@Access('guest')
@Controller('executions')
export class ExecutionsController {
  constructor(
    private readonly executions: ExecutionsService,
    private readonly events: ExecutionEvents,
  ) {}

  @Get(':id')
  @Header('cache-control', 'no-store')
  @UseEnvelope('Execution retrieved successfully')
  @ApiOperation({
    summary: 'Read an asynchronous run of yours; an admin reads any',
    description: 'Start one with `POST /execute` and `Prefer: respond-async`.',
  })
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiEnvelope(ExecutionResponse)
  get(@CurrentCaller() caller: Caller, @Param('id', ParseUUIDPipe) id: string): Promise<ExecutionResponse> {
    return this.executions.get(id, caller);
  }

  @Delete(':id')
  @UseEnvelope('Execution cancelled')
  @ApiOperation({
    summary: 'Cancel an asynchronous run of yours; an admin cancels any',
    description: 'What has ended stays as it is. See `status` for what became of the run.',
  })
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiEnvelope(ExecutionResponse)
  cancel(@CurrentCaller() caller: Caller, @Param('id', ParseUUIDPipe) id: string): Promise<ExecutionResponse> {
    return this.executions.cancel(id, caller);
  }

  @Get(':id/events')
  @Header('cache-control', 'no-store')
  @Header('x-accel-buffering', 'no')
  @ApiOperation({
    summary: 'Follow an asynchronous run of yours as server-sent events',
    description:
      '`status` when it changes, `output` (`{stream, text}`) as a free program prints, and at the end `result` with the same data as ' +
      '`GET /executions/{id}`. With several processes, live output needs the one that runs the program; the others send it at the end.',
  })
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiHeader({ name: 'Last-Event-ID', required: false, schema: { type: 'string', example: '6.0' } })
  @ApiOkResponse({
    content: {
      'text/event-stream': {
        schema: { type: 'string', example: 'event: output\nid: 6.0\ndata: {"stream":"stdout","text":"Hello\\n"}\n\n' },
      },
    },
  })
  @ApiNoContentResponse({ description: 'The client has had the last event; there is nothing to connect for' })
  async follow(
    @CurrentCaller() caller: Caller,
    @Param('id', ParseUUIDPipe) id: string,
    @Headers('last-event-id') lastEventId: string | undefined,
    @CallerGone() gone: AbortSignal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile | undefined> {
    const cursor = parseCursor(lastEventId);
    if (cursor === endId) {
      await this.executions.getOwn(id, caller);
      reply.status(HttpStatus.NO_CONTENT);
      return undefined;
    }
    const events = await this.events.open(id, caller, cursor, gone);
    return new StreamableFile(Readable.from(events, { objectMode: false }), { type: 'text/event-stream' });
  }
}
