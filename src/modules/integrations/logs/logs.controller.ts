import { Readable } from 'node:stream';
import { Controller, Get, Header, Param, ParseUUIDPipe, Query, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CallerGone } from '../../../platform/http/caller-gone.decorator.js';
import { Access, CurrentCaller, type Caller } from '../../identity/index.js';
import { LogTail } from './log-tail.js';
import { LogListResponse, LogQuery, LogTailQuery } from './log.dto.js';
import { LogsService } from './logs.service.js';

@ApiTags('Integrations')
@Access('admin')
@Controller(':id/logs')
export class LogsController {
  constructor(
    private readonly logs: LogsService,
    private readonly tail: LogTail,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List deliveries, received webhooks, calls and runs of an integration, newest first' })
  @ApiOkResponse({ type: LogListResponse })
  async list(@Param('id', ParseUUIDPipe) id: string, @Query() query: LogQuery): Promise<LogListResponse> {
    const { rows, nextCursor } = await this.logs.list(id, query);
    const { limit, offset } = query;
    return { success: true, logs: rows, pagination: { limit, offset, total: rows.length, nextCursor } };
  }

  @Get('stream')
  @Header('cache-control', 'no-store')
  @Header('x-accel-buffering', 'no')
  @ApiOperation({
    summary: 'Follow the log of an integration as server-sent events',
    description:
      '`entry`, with what `GET /{id}/logs` lists, for each entry that is made from now on, and again when its status changes.',
  })
  @ApiOkResponse({
    content: {
      'text/event-stream': {
        schema: {
          type: 'string',
          example: 'event: entry\nid: 01a1fb50-75b7-7c68-af21-85d58d30fab7\ndata: {"status":"success"}\n\n',
        },
      },
    },
  })
  async follow(
    @Param('id', ParseUUIDPipe) id: string,
    @Query() filter: LogTailQuery,
    @CurrentCaller() caller: Caller,
    @CallerGone() gone: AbortSignal,
  ): Promise<StreamableFile> {
    const entries = await this.tail.open(caller.actor, id, filter, gone);
    return new StreamableFile(Readable.from(entries, { objectMode: false }), { type: 'text/event-stream' });
  }
}
