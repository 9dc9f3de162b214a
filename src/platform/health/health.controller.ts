import { Controller, Get, Header, HttpStatus, Res } from '@nestjs/common';
import {
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiServiceUnavailableResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Unguarded } from '../http/unguarded.decorator.js';
import { Unlimited } from '../rate-limit/rate-limited.decorator.js';
import { HealthCheckView, HealthReport, ProbeView } from './health-report.js';
import { HealthService } from './health.service.js';

const mediaType = 'application/health+json';

/** What load balancers, container runtimes and monitors ask. */
@Unguarded()
@ApiTags('Operations')
@ApiProduces(mediaType)
@ApiExtraModels(HealthCheckView)
@Controller('health')
export class HealthController {
  constructor(private readonly health: HealthService) {}

  @Get()
  @Unlimited()
  @Header('content-type', mediaType)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'The state of the service and of each part it stands on' })
  @ApiOkResponse({ type: HealthReport, description: 'pass, or warn: degraded but working' })
  @ApiServiceUnavailableResponse({ type: HealthReport, description: 'fail: something required is down' })
  async report(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthReport> {
    const report = await this.health.report();
    reply.status(statusOf(report.status));
    return report;
  }

  @Get('ready')
  @Unlimited()
  @Header('content-type', mediaType)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Whether this process should get requests; 503 from the moment it shuts down' })
  @ApiOkResponse({ type: ProbeView, description: 'It should' })
  @ApiServiceUnavailableResponse({ type: ProbeView, description: 'It should not' })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<ProbeView> {
    const probe = await this.health.readiness();
    reply.status(statusOf(probe.status));
    return probe;
  }

  @Get('live')
  @Unlimited()
  @Header('content-type', mediaType)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Whether this process answers at all; checks nothing else' })
  @ApiOkResponse({ type: ProbeView, description: 'It does' })
  live(): ProbeView {
    return { status: 'pass' };
  }
}

const statusOf = (status: HealthReport['status']) =>
  status === 'fail' ? HttpStatus.SERVICE_UNAVAILABLE : HttpStatus.OK;
