import { Controller, Get, Param, ParseUUIDPipe, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access } from '../../identity/index.js';
import { LogListResponse, LogQuery } from './log.dto.js';
import { LogsService } from './logs.service.js';

@ApiTags('Integrations')
@Access('admin')
@Controller(':id/logs')
export class LogsController {
  constructor(private readonly logs: LogsService) {}

  @Get()
  @ApiOperation({ summary: 'List deliveries, received webhooks, calls and runs of an integration, newest first' })
  @ApiOkResponse({ type: LogListResponse })
  async list(@Param('id', ParseUUIDPipe) id: string, @Query() query: LogQuery): Promise<LogListResponse> {
    const { rows, nextCursor } = await this.logs.list(id, query);
    const { limit, offset } = query;
    return { success: true, logs: rows, pagination: { limit, offset, total: rows.length, nextCursor } };
  }
}
