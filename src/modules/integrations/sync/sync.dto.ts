import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { PageQuery } from '../page-query.dto.js';
import type { SyncStatus } from './sync.service.js';
import {
  syncRunStates,
  syncTriggers,
  type SyncRunEntity,
  type SyncRunState,
  type SyncTrigger,
} from './sync-run.entity.js';
import type { PauseReason } from './sync-schedule.entity.js';
import { syncStates, type SyncState } from './sync-state.js';

const id = '01a1fb50-75b7-7c68-af21-85d58d30fab7';
const time = '2026-11-20T12:00:00.000Z';
const directions = ['pull', 'push'] as const;

export class SyncRunQuery extends PageQuery {
  @ApiPropertyOptional({ enum: syncRunStates, example: 'failed' })
  @IsOptional()
  @IsIn(syncRunStates)
  state?: SyncRunState;
}

export class SyncRunCounts {
  @ApiProperty({
    description: 'Records in the pages of the source, the same one each time that it is there',
    example: 1200,
  })
  read: number;

  @ApiProperty({ example: 3 })
  created: number;

  @ApiProperty({ example: 12 })
  updated: number;

  @ApiProperty({ example: 1185 })
  unchanged: number;

  @ApiProperty({ example: 1 })
  deleted: number;

  @ApiProperty({ description: 'What was no record; see `rejected-inputs`', example: 0 })
  rejected: number;

  @ApiProperty({ description: 'Items that the other system took', example: 0 })
  sent: number;

  @ApiProperty({ description: 'Items that it did not take; see `push-items`', example: 0 })
  refused: number;
}

export class SyncRunError {
  @ApiProperty({
    enum: ['authentication', 'configuration', 'source', 'throttled', 'timeout', 'internal'],
    example: 'source',
  })
  kind: string;

  @ApiProperty({ example: 'The endpoint answered with status 500' })
  message: string;
}

export class SyncRunResponse {
  @ApiProperty({ format: 'uuid', example: id })
  id: string;

  @ApiProperty({ enum: directions, nullable: true, example: 'pull' })
  direction: 'pull' | 'push' | null;

  @ApiProperty({ enum: syncTriggers, example: 'schedule' })
  trigger: SyncTrigger;

  @ApiProperty({
    description:
      '`partial`: some was rejected or refused, or it stopped before the end, because the other system asked for it or time was over',
    enum: syncRunStates,
    example: 'succeeded',
  })
  state: SyncRunState;

  @ApiProperty({ description: 'How often another process went on with it', example: 0 })
  takeovers: number;

  @ApiProperty({ description: 'Whether it was asked to stop', example: false })
  isCancelRequested: boolean;

  @ApiProperty({ type: SyncRunCounts })
  counts: SyncRunCounts;

  @ApiProperty({ type: SyncRunError, nullable: true })
  error: SyncRunError | null;

  @ApiProperty({ format: 'date-time', example: time })
  createdAt: Date;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: time })
  startedAt: Date | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: time })
  finishedAt: Date | null;

  @ApiProperty({ type: Number, nullable: true, example: 840 })
  durationMs: number | null;

  @ApiProperty({
    description: 'As it was set at its end',
    type: String,
    format: 'date-time',
    nullable: true,
    example: time,
  })
  nextRunAt: Date | null;
}

export class SyncRunListResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({ type: [SyncRunResponse] })
  runs: SyncRunResponse[];

  @ApiProperty({ description: '`cursor` of the next page', type: String, nullable: true, example: null })
  nextCursor: string | null;
}

export class SyncRunDetailsResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({ type: SyncRunResponse })
  run: SyncRunResponse;
}

export class SyncStatusDetails {
  @ApiProperty({
    description: 'Null when there is nothing to pull or to push, as for webhooks',
    enum: directions,
    nullable: true,
    example: 'pull',
  })
  direction: 'pull' | 'push' | null;

  @ApiProperty({ enum: syncStates, example: 'idle' })
  state: SyncState;

  @ApiProperty({ description: 'Seconds; 0 for never, or when `cron` says', example: 3600 })
  frequency: number;

  @ApiProperty({ type: String, nullable: true, example: null })
  cron: string | null;

  @ApiProperty({ example: 'UTC' })
  timeZone: string;

  @ApiProperty({
    description: 'Null while a run is queued or under way, and when none comes by itself',
    type: String,
    format: 'date-time',
    nullable: true,
    example: time,
  })
  nextRunAt: Date | null;

  @ApiProperty({ description: 'The run that is queued or under way', type: String, nullable: true, example: null })
  currentRunId: string | null;

  @ApiProperty({ description: 'The newest one', type: SyncRunResponse, nullable: true })
  lastRun: SyncRunResponse | null;

  @ApiProperty({ example: 0 })
  consecutiveFailures: number;

  @ApiProperty({ description: 'Of the last run, if it failed', type: String, nullable: true, example: null })
  lastError: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  pausedAt: Date | null;

  @ApiProperty({
    description: '`authentication`: the credentials were refused three times in a row',
    enum: ['admin', 'authentication'],
    nullable: true,
    example: null,
  })
  pauseReason: PauseReason | null;

  @ApiProperty({ description: 'Passes over the source that were begun', example: 7 })
  passNumber: number;

  @ApiProperty({ description: 'Whether the next run goes on with a pass that was interrupted', example: false })
  isPassUnfinished: boolean;

  @ApiProperty({
    description: 'Where the source is read on, as its connector says it',
    anyOf: [
      { type: 'object', additionalProperties: true },
      { type: 'array', items: {} },
      { type: 'string' },
      { type: 'number' },
    ],
    nullable: true,
    example: { updatedAfter: time },
  })
  checkpoint: unknown;
}

export class SyncStatusResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({ type: SyncStatusDetails })
  sync: SyncStatusDetails;
}

export function toSyncRunResponse(run: SyncRunEntity): SyncRunResponse {
  const { id, direction, trigger, state, takeovers, createdAt, startedAt, finishedAt, nextRunAt } = run;
  return {
    id,
    direction,
    trigger,
    state,
    takeovers,
    isCancelRequested: run.cancelRequestedAt !== null,
    counts: {
      read: run.readCount,
      created: run.createdCount,
      updated: run.updatedCount,
      unchanged: run.unchangedCount,
      deleted: run.deletedCount,
      rejected: run.rejectedCount,
      sent: run.sentCount,
      refused: run.refusedCount,
    },
    error: run.errorKind === null ? null : { kind: run.errorKind, message: run.errorMessage ?? '' },
    createdAt,
    startedAt,
    finishedAt,
    durationMs: startedAt === null || finishedAt === null ? null : finishedAt.getTime() - startedAt.getTime(),
    nextRunAt,
  };
}

export function toSyncStatus({ integration, direction, state, schedule, lastRun }: SyncStatus): SyncStatusDetails {
  const isBusy = state === 'queued' || state === 'running';
  return {
    direction,
    state,
    frequency: integration.syncFrequencySeconds,
    cron: integration.syncCron,
    timeZone: integration.syncTimeZone,
    nextRunAt: isBusy ? null : (schedule?.nextRunAt ?? null),
    currentRunId: schedule?.runId ?? null,
    lastRun: lastRun === null ? null : toSyncRunResponse(lastRun),
    consecutiveFailures: schedule?.consecutiveFailures ?? 0,
    lastError: schedule?.lastError ?? null,
    pausedAt: schedule?.pausedAt ?? null,
    pauseReason: schedule?.pauseReason ?? null,
    passNumber: schedule?.passNumber ?? 0,
    isPassUnfinished: schedule?.isPassUnfinished ?? false,
    checkpoint: schedule?.checkpoint ?? null,
  };
}
