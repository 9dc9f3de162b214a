import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiConflictResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import { ApiIdempotencyKey, IdempotencyKey } from '../../../platform/idempotency/idempotency-key.decorator.js';
import { Access, CurrentCaller, type Caller } from '../../identity/index.js';
import { ReplayDetailsResponse, ReplayListResponse, StartReplayBody, type ReplayResponse } from './replay.dto.js';
import type { ReplayEntity } from './replay.entity.js';
import { ReplaysService } from './replays.service.js';

@ApiTags('Integrations: deliveries')
@Access('admin')
@Controller(':id/webhooks/:webhookId')
export class ReplaysController {
  constructor(private readonly replays: ReplaysService) {}

  @Post('replay')
  @HttpCode(202)
  @ApiOperation({ summary: 'Send the deliveries of a range again, in the background and with the same ids' })
  @ApiIdempotencyKey()
  @ApiAcceptedResponse({ type: ReplayDetailsResponse })
  @ApiConflictResponse({
    description: 'A replay of this webhook, or a request with this Idempotency-Key, is under way',
  })
  @ApiUnprocessableEntityResponse({ description: 'The range is empty, or the Idempotency-Key came with another body' })
  async start(
    @Param('id', ParseUUIDPipe) integrationId: string,
    @Param('webhookId', ParseUUIDPipe) webhookId: string,
    @Body() body: StartReplayBody,
    @CurrentCaller() { actor }: Caller,
    @IdempotencyKey() key: string | undefined,
  ): Promise<ReplayDetailsResponse> {
    const replay = await this.replays.start(integrationId, webhookId, body, actor, key);
    return { success: true, replay: toReplayResponse(replay) };
  }

  @Get('replays')
  @ApiOperation({ summary: 'List the newest replays of a webhook' })
  @ApiOkResponse({ type: ReplayListResponse })
  async list(
    @Param('id', ParseUUIDPipe) integrationId: string,
    @Param('webhookId', ParseUUIDPipe) webhookId: string,
  ): Promise<ReplayListResponse> {
    return { success: true, replays: (await this.replays.list(integrationId, webhookId)).map(toReplayResponse) };
  }

  @Get('replays/:replayId')
  @ApiOperation({ summary: 'See how far a replay is' })
  @ApiOkResponse({ type: ReplayDetailsResponse })
  async get(
    @Param('id', ParseUUIDPipe) integrationId: string,
    @Param('webhookId', ParseUUIDPipe) webhookId: string,
    @Param('replayId', ParseUUIDPipe) replayId: string,
  ): Promise<ReplayDetailsResponse> {
    return { success: true, replay: toReplayResponse(await this.replays.get(integrationId, webhookId, replayId)) };
  }
}

function toReplayResponse(replay: ReplayEntity): ReplayResponse {
  const { id, webhookId, from, to, states, eventTypes, total, examined, replayed, createdAt, finishedAt } = replay;
  const state = finishedAt === null ? ('running' as const) : ('finished' as const);
  return { id, webhookId, from, to, states, eventTypes, state, total, examined, replayed, createdAt, finishedAt };
}
