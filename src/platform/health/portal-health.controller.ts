import { Controller, Get, Header } from '@nestjs/common';
import { ApiExtraModels, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AppError } from '../errors/app-error.js';
import { ApiEnvelope } from '../http/api-envelope.decorator.js';
import { UseEnvelope } from '../http/envelope.js';
import { Unguarded } from '../http/unguarded.decorator.js';
import { Unlimited } from '../rate-limit/rate-limited.decorator.js';
import { HealthCheckView, HealthReport } from './health-report.js';
import { HealthService } from './health.service.js';

/** The same state for the portal's front ends, in their envelope and under the path of their API. */
@Unguarded()
@ApiTags('Operations')
@ApiExtraModels(HealthCheckView)
@Controller('health')
export class PortalHealthController {
  constructor(private readonly health: HealthService) {}

  @Get()
  @Unlimited()
  @UseEnvelope('Service is healthy')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'The state of the service, in the envelope of the portal' })
  @ApiEnvelope(HealthReport)
  async report(): Promise<HealthReport> {
    const report = await this.health.report();
    if (report.status !== 'fail') return report;
    throw new AppError('unavailable', 'health.failing', 'Something that the service needs is down', {
      details: { health: report },
      retryAfterSeconds: 5,
    });
  }
}
