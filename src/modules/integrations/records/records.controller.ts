import { Controller, Get, Param, ParseUUIDPipe, Query } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Access } from '../../identity/index.js';
import { PageQuery } from '../page-query.dto.js';
import {
  RecordDetailsResponse,
  RecordListResponse,
  RecordQuery,
  RejectedInputListResponse,
  toRecordResponse,
  toRejectedInputResponse,
} from './records.dto.js';
import { RecordsService } from './records.service.js';

@ApiTags('Integrations: synchronisation')
@Access('admin')
@Controller(':id')
export class RecordsController {
  constructor(private readonly records: RecordsService) {}

  @Get('records')
  @ApiOperation({ summary: 'List the records that an integration has pulled' })
  @ApiOkResponse({ type: RecordListResponse })
  async list(@Param('id', ParseUUIDPipe) id: string, @Query() query: RecordQuery): Promise<RecordListResponse> {
    const { limit, cursor, deleted: isDeleted, changedSince, key } = query;
    const filter = { isDeleted, key, ...(changedSince !== undefined && { changedSince: new Date(changedSince) }) };
    const { rows, nextCursor } = await this.records.list(id, filter, limit, cursor);
    return { success: true, records: rows.map(toRecordResponse), nextCursor };
  }

  @Get('records/:key')
  @ApiParam({ name: 'key', example: '4711' })
  @ApiOperation({ summary: 'Read a record' })
  @ApiOkResponse({ type: RecordDetailsResponse })
  @ApiNotFoundResponse({ description: 'The integration has no such record' })
  async get(@Param('id', ParseUUIDPipe) id: string, @Param('key') key: string): Promise<RecordDetailsResponse> {
    return { success: true, record: toRecordResponse(await this.records.get(id, key)) };
  }

  @Get('rejected-inputs')
  @ApiOperation({
    summary: 'List what pulls found in the source that is no record, newest first, to be repaired there',
  })
  @ApiOkResponse({ type: RejectedInputListResponse })
  async listRejected(
    @Param('id', ParseUUIDPipe) id: string,
    @Query() { limit, cursor }: PageQuery,
  ): Promise<RejectedInputListResponse> {
    const { rows, nextCursor } = await this.records.listRejected(id, limit, cursor);
    return { success: true, rejectedInputs: rows.map(toRejectedInputResponse), nextCursor };
  }
}
