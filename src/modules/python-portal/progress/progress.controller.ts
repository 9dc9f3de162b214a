import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ApiConflictResponse,
  ApiExtraModels,
  ApiOperation,
  ApiParam,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import { ApiEnvelope } from '../../../platform/http/api-envelope.decorator.js';
import { UseEnvelope, type Enveloped } from '../../../platform/http/envelope.js';
import { ApiIdempotencyKey, IdempotencyKey } from '../../../platform/idempotency/idempotency-key.decorator.js';
import { Access, CurrentAccount, type AccountCaller } from '../../identity/index.js';
import { PaginationResponse } from '../exercises/exercise.dto.js';
import { RateLimited } from '../../../platform/rate-limit/rate-limited.decorator.js';
import { DeviceEventsService } from './device-events.service.js';
import { GuestMergeRequest, GuestMergeResponse } from './guest-merge.dto.js';
import { GuestMergeService } from './guest-merge.service.js';
import { ProgressEventRequest, ProgressSyncRequest, ProgressSyncResponse } from './progress-event.dto.js';
import { ProgressDetailResponse, ProgressQuery, ProgressResponse } from './progress.dto.js';
import { ProgressStatsResponse } from './progress-stats.dto.js';
import { ProgressStatsService } from './progress-stats.service.js';
import { ProgressService } from './progress.service.js';

@ApiTags('Python portal: progress')
@Access('guest')
@ApiExtraModels(ProgressEventRequest)
@Controller('progress')
export class ProgressController {
  constructor(
    private readonly progress: ProgressService,
    private readonly devices: DeviceEventsService,
    private readonly statistics: ProgressStatsService,
    private readonly guests: GuestMergeService,
  ) {}

  @Get()
  @UseEnvelope('Progress retrieved successfully')
  @ApiOperation({ summary: 'List what the caller has done, latest first' })
  @ApiEnvelope([ProgressResponse], { pagination: PaginationResponse })
  list(
    @CurrentAccount() { userId }: AccountCaller,
    @Query() query: ProgressQuery,
  ): Promise<Enveloped<ProgressResponse[]>> {
    return this.progress.list(userId, query);
  }

  @Post()
  @HttpCode(200)
  @UseEnvelope('Progress saved')
  @ApiOperation({
    summary: 'Tell of one event',
    description: 'The same event again changes nothing. Only runs of POST /execute complete an exercise.',
  })
  @ApiConflictResponse({
    description:
      'The eventId names another event, there are too many events, or the Idempotency-Key came with another body or is under way',
  })
  @ApiIdempotencyKey()
  @ApiEnvelope(ProgressDetailResponse)
  @ApiUnprocessableEntityResponse({ description: 'The event happened too long ago' })
  add(
    @CurrentAccount() caller: AccountCaller,
    @Body() event: ProgressEventRequest,
    @IdempotencyKey() idempotencyKey: string | undefined,
  ): Promise<ProgressDetailResponse> {
    return this.devices.add(caller, event, idempotencyKey);
  }

  @Post('sync')
  @HttpCode(200)
  @UseEnvelope('Progress synchronised')
  @ApiOperation({
    summary: 'Tell of many events, for devices that were offline',
    description: 'Every event is judged by itself. Batches may overlap, repeat and arrive in any order.',
  })
  @ApiIdempotencyKey()
  @ApiEnvelope(ProgressSyncResponse)
  sync(
    @CurrentAccount() caller: AccountCaller,
    @Body() batch: ProgressSyncRequest,
    @IdempotencyKey() idempotencyKey: string | undefined,
  ): Promise<ProgressSyncResponse> {
    return this.devices.sync(caller, batch, idempotencyKey);
  }

  @Post('merge-guest')
  @HttpCode(200)
  @Access('student')
  @RateLimited('login')
  @UseEnvelope('Progress of the guest merged')
  @ApiOperation({
    summary: 'Take over what the caller did as a guest, before signing in to this account',
    description:
      'Works once: the guest is removed. A guest who has no account yet upgrades with POST /auth/upgrade instead.',
  })
  @ApiEnvelope(GuestMergeResponse)
  async mergeGuest(
    @CurrentAccount() caller: AccountCaller,
    @Body() { guestToken }: GuestMergeRequest,
  ): Promise<GuestMergeResponse> {
    return { exercises: await this.guests.merge(caller, guestToken) };
  }

  @Get('stats')
  @UseEnvelope('Statistics retrieved successfully')
  @ApiOperation({ summary: 'Count what the caller has done, and the days in a row' })
  @ApiEnvelope(ProgressStatsResponse)
  stats(@CurrentAccount() { userId }: AccountCaller): Promise<ProgressStatsResponse> {
    return this.statistics.get(userId);
  }

  @Get(':exerciseId')
  @UseEnvelope('Progress retrieved successfully')
  @ApiOperation({ summary: 'Read what the caller has done with one exercise; nothing yet is an answer too' })
  @ApiParam({ name: 'exerciseId', example: 'E0_greet' })
  @ApiEnvelope(ProgressDetailResponse)
  get(
    @CurrentAccount() { userId }: AccountCaller,
    @Param('exerciseId') exerciseId: string,
  ): Promise<ProgressDetailResponse> {
    return this.progress.get(userId, exerciseId);
  }
}
