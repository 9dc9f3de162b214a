import { Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiConflictResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import { Access, CurrentCaller, type Caller } from '../../identity/index.js';
import { MessageResponse } from '../message-response.dto.js';
import {
  SyncRunDetailsResponse,
  SyncRunListResponse,
  SyncRunQuery,
  SyncStatusResponse,
  toSyncRunResponse,
  toSyncStatus,
} from './sync.dto.js';
import { SyncService } from './sync.service.js';

const nothingToDo = { description: 'There is nothing to pull or to push, as for webhooks' };

@ApiTags('Integrations: synchronisation')
@Access('admin')
@Controller(':id')
export class SyncController {
  constructor(private readonly sync: SyncService) {}

  @Get('sync')
  @ApiOperation({ summary: 'See when an integration is synchronised, how it stands, and what became of the last run' })
  @ApiOkResponse({ type: SyncStatusResponse })
  async status(@Param('id', ParseUUIDPipe) id: string): Promise<SyncStatusResponse> {
    return { success: true, sync: toSyncStatus(await this.sync.status(id)) };
  }

  @Post('sync')
  @HttpCode(202)
  @ApiOperation({ summary: 'Synchronise an integration now, whatever its schedule says' })
  @ApiAcceptedResponse({ type: SyncRunDetailsResponse })
  @ApiConflictResponse({ description: 'A run is queued or under way, or the integration is not active' })
  @ApiUnprocessableEntityResponse(nothingToDo)
  async start(
    @Param('id', ParseUUIDPipe) id: string,
    @CurrentCaller() { actor }: Caller,
  ): Promise<SyncRunDetailsResponse> {
    return { success: true, run: toSyncRunResponse(await this.sync.start(id, actor)) };
  }

  @Post('sync/pause')
  @HttpCode(200)
  @ApiOperation({ summary: 'Let no run come by itself any more; one under way goes on' })
  @ApiOkResponse({ type: MessageResponse })
  @ApiUnprocessableEntityResponse(nothingToDo)
  async pause(@Param('id', ParseUUIDPipe) id: string, @CurrentCaller() { actor }: Caller): Promise<MessageResponse> {
    await this.sync.pause(id, actor);
    return { success: true, message: 'The integration is not synchronised until it is resumed' };
  }

  @Post('sync/resume')
  @HttpCode(200)
  @ApiOperation({ summary: 'End a pause, also one that refused credentials brought' })
  @ApiOkResponse({ type: MessageResponse })
  @ApiUnprocessableEntityResponse(nothingToDo)
  async resume(@Param('id', ParseUUIDPipe) id: string, @CurrentCaller() { actor }: Caller): Promise<MessageResponse> {
    await this.sync.resume(id, actor);
    return { success: true, message: 'The integration is synchronised at its times' };
  }

  @Post('sync/reset')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Forget how far it is: the next pull reads everything, a push of records sends all of them again',
  })
  @ApiOkResponse({ type: MessageResponse })
  @ApiUnprocessableEntityResponse(nothingToDo)
  async reset(@Param('id', ParseUUIDPipe) id: string, @CurrentCaller() { actor }: Caller): Promise<MessageResponse> {
    await this.sync.reset(id, actor);
    return { success: true, message: 'The next run begins from the start' };
  }

  @Get('runs')
  @ApiOperation({ summary: 'List the runs of an integration, newest first' })
  @ApiOkResponse({ type: SyncRunListResponse })
  async listRuns(
    @Param('id', ParseUUIDPipe) id: string,
    @Query() { limit, cursor, state }: SyncRunQuery,
  ): Promise<SyncRunListResponse> {
    const { rows, nextCursor } = await this.sync.listRuns(id, state, limit, cursor);
    return { success: true, runs: rows.map(toSyncRunResponse), nextCursor };
  }

  @Get('runs/:runId')
  @ApiOperation({ summary: 'Read a run' })
  @ApiOkResponse({ type: SyncRunDetailsResponse })
  @ApiNotFoundResponse({ description: 'The integration has no such run' })
  async getRun(
    @Param('id', ParseUUIDPipe) id: string,
    @Param('runId', ParseUUIDPipe) runId: string,
  ): Promise<SyncRunDetailsResponse> {
    return { success: true, run: toSyncRunResponse(await this.sync.getRun(id, runId)) };
  }

  @Post('runs/:runId/cancel')
  @HttpCode(200)
  @ApiOperation({ summary: 'Stop a run; what it has stored stays, and the next run goes on from there' })
  @ApiOkResponse({ type: SyncRunDetailsResponse })
  @ApiConflictResponse({ description: 'It is over' })
  async cancel(
    @Param('id', ParseUUIDPipe) id: string,
    @Param('runId', ParseUUIDPipe) runId: string,
    @CurrentCaller() { actor }: Caller,
  ): Promise<SyncRunDetailsResponse> {
    return { success: true, run: toSyncRunResponse(await this.sync.cancel(id, runId, actor)) };
  }
}
