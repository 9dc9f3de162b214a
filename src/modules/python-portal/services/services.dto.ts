import { ApiProperty } from '@nestjs/swagger';

const states = ['up', 'warming', 'resting', 'unhealthy', 'ejected', 'broken', 'drained'] as const;
export type InstanceState = (typeof states)[number];

const breakers = ['closed', 'open', 'half-open'] as const;

export class ServiceErrorResponse {
  @ApiProperty({ example: 'executor-2:3002 could not be reached or broke off (connection-refused).' })
  message: string;
  @ApiProperty({ format: 'date-time', example: '2026-11-20T12:00:00.000Z' })
  at: string;
}

export class ServiceInstanceResponse {
  @ApiProperty({ description: 'Made of the address, so it stays the same', example: '3fa2b1c0' })
  id: string;
  @ApiProperty({ description: 'Without credentials', example: 'http://executor-2:3002/' })
  url: string;
  @ApiProperty({
    enum: states,
    example: 'up',
    description:
      'warming gets less than its share; resting asked by Retry-After to be left alone; ejected fails its health checks, unhealthy too but gets calls because too many are out; broken is left alone by its breaker',
  })
  state: InstanceState;
  @ApiProperty({ enum: breakers, example: 'closed' })
  breaker: (typeof breakers)[number];
  @ApiProperty({
    description: 'Milliseconds to expect of the next call; null before the first',
    type: 'number',
    nullable: true,
    example: 41.5,
  })
  latencyMs: number | null;
  @ApiProperty({ description: 'Calls that wait for their answer', type: 'integer', example: 2 })
  inFlight: number;
  @ApiProperty({ description: 'Calls since this process began', type: 'integer', example: 1208 })
  calls: number;
  @ApiProperty({ description: 'How many of them failed', type: 'integer', example: 3 })
  failures: number;
  @ApiProperty({ type: ServiceErrorResponse, nullable: true })
  lastError: ServiceErrorResponse | null;
}

export class ServiceResponse {
  @ApiProperty({ example: 'executor' })
  name: string;
  @ApiProperty({ description: 'Whether an instance can take requests now', example: true })
  isAvailable: boolean;
  @ApiProperty({ type: [ServiceInstanceResponse] })
  instances: ServiceInstanceResponse[];
}
