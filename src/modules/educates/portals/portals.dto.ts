import { ApiProperty } from '@nestjs/swagger';
import { portalStates, type PortalState } from './portal-state.policy.js';
import type { PortalSource } from './portal.js';
import type { PortalCondition } from './portals.service.js';

export class EducatesHealthResponse {
  @ApiProperty({ enum: ['ok'], example: 'ok' })
  status: 'ok';
}

export class PortalSessionsResponse {
  @ApiProperty({ type: 'integer', nullable: true, description: 'Null without a limit', example: 100 })
  maximum: number | null;

  @ApiProperty({ example: 42 })
  allocated: number;
}

export class PortalResponse implements PortalCondition {
  @ApiProperty({ example: 'campus' })
  name: string;

  @ApiProperty({ example: 'https://campus.example.org' })
  url: string;

  @ApiProperty({ enum: ['environment', 'api'], description: 'Where it is configured', example: 'environment' })
  source: PortalSource;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' }, example: { region: 'north' } })
  labels: Record<string, string>;

  @ApiProperty({
    enum: portalStates,
    example: 'up',
    description:
      'degraded: failed lately; down: does not answer; misconfigured: refuses us, an administrator has to act',
  })
  state: PortalState;

  @ApiProperty({ type: 'string', nullable: true, example: null })
  reason: string | null;

  @ApiProperty({ type: PortalSessionsResponse, nullable: true, description: 'Null when the portal has never told' })
  sessions: PortalSessionsResponse | null;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true, example: '2026-11-20T12:00:00.000Z' })
  lastAnswerAt: string | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Of the last answer, in milliseconds', example: 35 })
  latencyMs: number | null;
}

export class PortalListResponse {
  @ApiProperty({ type: [PortalResponse] })
  portals: PortalResponse[];
}
