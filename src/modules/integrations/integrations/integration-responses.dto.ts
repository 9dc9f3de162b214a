import { ApiProperty } from '@nestjs/swagger';
import { withLegacyNames } from '../legacy-names.js';
import { LogEntryResponse } from '../logs/log.dto.js';
import { authTypes, type AuthType, type ShownCredentials } from '../credentials/credentials.policy.js';
import { CredentialStateResponse } from '../credentials/oauth.dto.js';
import type { IntegrationConfig } from './integration-config.js';
import type { IntegrationEntity } from './integration.entity.js';
import {
  integrationStatuses,
  integrationTypes,
  type IntegrationStatus,
  type IntegrationType,
} from './integration-type.js';

const id = '01a1fb50-75b7-7c68-af21-85d58d30fab7';
const time = '2026-11-20T12:00:00.000Z';

/** The original's rows had the names with `_`; they are kept beside ours. */
export class IntegrationResponse {
  @ApiProperty({ format: 'uuid', example: id })
  id: string;

  @ApiProperty({ example: 'Student Information System' })
  name: string;

  @ApiProperty({ enum: integrationTypes, example: 'api' })
  type: IntegrationType;

  @ApiProperty({ enum: integrationStatuses, example: 'active' })
  status: IntegrationStatus;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: { endpoint: 'https://sis.example.edu/api/students' },
  })
  config: IntegrationConfig;

  @ApiProperty({ enum: authTypes, example: 'api_key' })
  authType: AuthType;

  @ApiProperty({
    description: 'Secrets only as `{set, lastFour}`',
    type: 'object',
    additionalProperties: true,
    example: { header: 'X-API-Key', in: 'header', key: { set: true, lastFour: 'f00d' } },
  })
  authConfig: ShownCredentials;

  @ApiProperty({ description: 'Seconds; 0 means never', example: 1800 })
  syncFrequency: number;

  @ApiProperty({ type: String, nullable: true, example: null })
  syncCron: string | null;

  @ApiProperty({ description: 'Of `syncCron`', example: 'UTC' })
  syncTimeZone: string;

  @ApiProperty({ description: 'Whether changed records are published as events', example: true })
  changeEvents: boolean;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  lastSync: Date | null;

  @ApiProperty({ format: 'date-time', example: time })
  createdAt: Date;

  @ApiProperty({ format: 'date-time', example: time })
  updatedAt: Date;

  @ApiProperty({ deprecated: true, enum: authTypes, example: 'api_key' })
  auth_type: AuthType;

  @ApiProperty({ deprecated: true, type: 'object', additionalProperties: true, example: {} })
  auth_config: ShownCredentials;

  @ApiProperty({ deprecated: true, example: 1800 })
  sync_frequency: number;

  @ApiProperty({ deprecated: true, type: String, format: 'date-time', nullable: true, example: null })
  last_sync: Date | null;

  @ApiProperty({ deprecated: true, format: 'date-time', example: time })
  created_at: Date;

  @ApiProperty({ deprecated: true, format: 'date-time', example: time })
  updated_at: Date;
}

export class IntegrationListResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({ type: [IntegrationResponse] })
  integrations: IntegrationResponse[];

  @ApiProperty({ description: '`cursor` of the next page', type: String, nullable: true, example: null })
  nextCursor: string | null;
}

export class IntegrationDetailsResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({ type: IntegrationResponse })
  integration: IntegrationResponse;

  @ApiProperty({
    description: 'How its tokens are, where they are got and refreshed here; else null',
    type: CredentialStateResponse,
    nullable: true,
  })
  credentials: CredentialStateResponse | null;

  @ApiProperty({ description: 'The ten newest', type: [LogEntryResponse] })
  recentLogs: LogEntryResponse[];

  @ApiProperty({ example: true })
  isActive: boolean;
}

export class IntegrationCreatedResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({ format: 'uuid', example: id })
  integrationId: string;

  @ApiProperty({ example: 'Integration registered successfully' })
  message: string;
}

export class IntegrationChangedResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({ example: 'Integration updated successfully' })
  message: string;

  @ApiProperty({ type: IntegrationResponse })
  integration: IntegrationResponse;
}

export class TestStepResponse {
  @ApiProperty({ example: 'Read the first page of https://sis.example.edu/api/students: 50 records' })
  did: string;

  @ApiProperty({ example: 84 })
  durationMs: number;
}

export class CallResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({
    description: 'What the endpoint answered: parsed when it is JSON, else text',
    anyOf: [{ type: 'object', additionalProperties: true }, { type: 'array', items: {} }, { type: 'string' }],
    nullable: true,
    example: { ok: true },
  })
  data: unknown;

  @ApiProperty({
    description: 'The status of the endpoint; 200 where something else than HTTP is spoken',
    example: 200,
  })
  status: number;

  @ApiProperty({ description: 'Whether only the first 256 kB of the answer are here', example: false })
  isTruncated: boolean;

  @ApiProperty({ example: 84 })
  durationMs: number;

  @ApiProperty({ description: 'What a test without test data did', type: [TestStepResponse] })
  steps: TestStepResponse[];
}

export function toIntegrationResponse(entity: IntegrationEntity): IntegrationResponse {
  const { id, name, type, status, config, authType, authConfig, createdAt, updatedAt } = entity;
  const { syncFrequencySeconds: syncFrequency, syncCron, syncTimeZone, publishesChanges: changeEvents } = entity;
  const sync = { syncFrequency, syncCron, syncTimeZone, changeEvents, lastSync: entity.lastSyncAt };
  return withLegacyNames({ id, name, type, status, config, authType, authConfig, ...sync, createdAt, updatedAt }, [
    'authType',
    'authConfig',
    'syncFrequency',
    'lastSync',
    'createdAt',
    'updatedAt',
  ]);
}
