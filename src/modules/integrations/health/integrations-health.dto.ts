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
