import { ApiProperty, ApiPropertyOptional, getSchemaPath } from '@nestjs/swagger';
import type { HealthStatus } from './health-registry.js';

const statuses: HealthStatus[] = ['pass', 'warn', 'fail'];

/** One part of the service. */
export class HealthCheckView {
  @ApiProperty({ enum: statuses, example: 'warn', description: 'warn: degraded, but the service still works' })
  status: HealthStatus;

  @ApiPropertyOptional({ example: 'Away: limits and caches are kept in each process until it is back' })
  note?: string;

  @ApiPropertyOptional({ type: 'object', additionalProperties: true, example: { waiting: 12, oldestSeconds: 3 } })
  details?: Record<string, unknown>;

  @ApiProperty({ example: 3, description: 'How long the check took, in milliseconds' })
  durationMs: number;

  @ApiProperty({ format: 'date-time', example: '2026-11-20T12:00:00.000Z', description: 'When it was checked' })
  time: string;
}

/** The state of the whole service, after draft-inadarei-api-health-check-06. */
export class HealthReport {
  @ApiProperty({ enum: statuses, example: 'warn', description: 'The worst of all checks' })
  status: HealthStatus;

  @ApiProperty({ example: '0.1.0' })
  version: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: { $ref: getSchemaPath(HealthCheckView) },
    example: {
      database: { status: 'pass', durationMs: 2, time: '2026-11-20T12:00:00.000Z' },
      redis: { status: 'warn', note: 'Away', durationMs: 1, time: '2026-11-20T12:00:00.000Z' },
    },
  })
  checks: Record<string, HealthCheckView>;
}

/** Whether this process lives, or takes requests. */
export class ProbeView {
  @ApiProperty({ enum: ['pass', 'fail'], example: 'pass' })
  status: 'pass' | 'fail';

  @ApiPropertyOptional({ example: 'The service is shutting down' })
  note?: string;
}
