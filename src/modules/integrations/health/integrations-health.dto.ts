import { ApiProperty } from '@nestjs/swagger';

class EndpointBacklogResponse {
  @ApiProperty({ format: 'uuid', example: '01a1fb50-75b7-7c68-af21-85d58d30fab7' })
  webhookId: string;

  @ApiProperty({ format: 'uuid', example: '01a1fb50-75b7-7c68-af21-85d58d30fab6' })
  integrationId: string;

  @ApiProperty({ example: 3 })
  pending: number;

  @ApiProperty({ description: 'Seconds since the oldest of them was made', example: 42.5 })
  oldestSeconds: number;
}

class FailingIntegrationResponse {
  @ApiProperty({ format: 'uuid', example: '01a1fb50-75b7-7c68-af21-85d58d30fab6' })
  integrationId: string;

  @ApiProperty({ example: 'Student information system' })
  name: string;

  @ApiProperty({ description: 'Runs that failed one after the other', example: 3 })
  consecutiveFailures: number;

  @ApiProperty({ type: String, nullable: true, example: 'The source answered with status 500' })
  reason: string | null;

  @ApiProperty({
    description: 'Since when it is paused',
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
  })
  pausedAt: Date | null;

  @ApiProperty({
    description: 'By an `admin`, or after refused `authentication`',
    type: String,
    nullable: true,
    example: null,
  })
  pauseReason: string | null;
}

class TroubledCredentialsResponse {
  @ApiProperty({ format: 'uuid', example: '01a1fb50-75b7-7c68-af21-85d58d30fab6' })
  integrationId: string;

  @ApiProperty({ example: 'Google Sheets' })
  name: string;

  @ApiProperty({ description: '`connected`, `failing` or `needs_reconnect`', example: 'needs_reconnect' })
  state: string;

  @ApiProperty({
    description: 'When it ends for good unless somebody connects again',
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
  })
  reconnectBy: Date | null;

  @ApiProperty({ type: String, nullable: true, example: 'invalid_grant' })
  lastError: string | null;
}

export class IntegrationsHealth {
  @ApiProperty({ example: 12 })
  totalIntegrations: number;

  @ApiProperty({ example: 10 })
  activeIntegrations: number;

  @ApiProperty({ example: 2 })
  inactiveIntegrations: number;

  @ApiProperty({
    description: 'Log entries of the last hour by status; of the newest 50 000 when there are more',
    type: 'object',
    additionalProperties: { type: 'integer' },
    example: { success: 240, error: 1, pending: 3 },
  })
  recentActivity: Record<string, number>;

  @ApiProperty({
    description: 'Webhooks that were disabled because their endpoint is gone or has failed for long',
    example: 0,
  })
  disabledWebhooks: number;

  @ApiProperty({ example: 3 })
  pendingDeliveries: number;

  @ApiProperty({ description: 'Waiting for their webhook or integration to become active', example: 0 })
  heldDeliveries: number;

  @ApiProperty({
    description: 'For how long the oldest delivery has been due; null when none is',
    type: Number,
    nullable: true,
    example: null,
  })
  oldestDueSeconds: number | null;

  @ApiProperty({
    description:
      'Seconds since the oldest delivery was made that is neither delivered nor given up, held ones included',
    type: Number,
    nullable: true,
    example: null,
  })
  oldestPendingSeconds: number | null;

  @ApiProperty({ description: 'The 20 endpoints with most to be delivered', type: [EndpointBacklogResponse] })
  backlogs: EndpointBacklogResponse[];

  @ApiProperty({ description: 'Seconds since the run that is longest overdue should have begun', example: 0 })
  scheduleLagSeconds: number;

  @ApiProperty({
    description: 'Active integrations that fail or are paused, the worst first',
    type: [FailingIntegrationResponse],
  })
  failingIntegrations: FailingIntegrationResponse[];

  @ApiProperty({
    description: 'OAuth credentials that fail, have to be connected again, or end within 7 days',
    type: [TroubledCredentialsResponse],
  })
  expiringCredentials: TroubledCredentialsResponse[];

  @ApiProperty({ description: 'Received webhooks whose event is not published yet', example: 0 })
  unprocessedIncoming: number;

  @ApiProperty({ format: 'date-time', example: '2026-11-20T12:00:00.000Z' })
  timestamp: string;
}

export class IntegrationsHealthResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({ type: IntegrationsHealth })
  health: IntegrationsHealth;
}
