import { Controller, Get, Headers, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { AppConfig } from '../config/app-config.js';
import { AppError } from '../errors/app-error.js';
import { Unguarded } from '../http/unguarded.decorator.js';
import { Unlimited } from '../rate-limit/rate-limited.decorator.js';
import { isEqualInConstantTime } from '../secrets/constant-time.js';
import { Metrics } from './metrics.js';

@Unguarded()
@ApiTags('Operations')
@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly metrics: Metrics,
    private readonly config: AppConfig,
  ) {}

  @Get()
  @Unlimited()
  @ApiOperation({
    summary: 'Metrics in the text format of Prometheus',
    description:
      'Needs `Authorization: Bearer <METRICS_TOKEN>` or `x-admin-secret` in production, and wherever METRICS_TOKEN is set.',
  })
  @ApiProduces('text/plain')
  @ApiOkResponse({
    description: 'Every metric of this process',
    schema: { type: 'string', example: 'lyceum_queue_depth{queue="jobs"} 0\n' },
  })
  async show(
    @Headers('authorization') authorization: string | undefined,
    @Headers('x-admin-secret') adminSecret: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    if (!this.config.metrics.isEnabled) {
      throw new AppError('not-found', 'metrics.disabled', 'Metrics are switched off (METRICS_ENABLED)');
    }
    if (!this.mayRead(authorization, adminSecret)) {
      const message = 'Metrics need the METRICS_TOKEN as bearer token, or x-admin-secret';
      throw new AppError('unauthenticated', 'metrics.credentials-required', message);
    }
    const { contentType, text } = await this.metrics.render();
    reply.header('content-type', contentType).header('cache-control', 'no-store');
    return text;
  }

  private mayRead(authorization: string | undefined, adminSecret: string | undefined): boolean {
    const { environment, metrics, secrets } = this.config;
    if (adminSecret !== undefined && isEqualInConstantTime(adminSecret, secrets.admin)) return true;
    if (metrics.token === undefined) return environment !== 'production';
    return authorization !== undefined && isEqualInConstantTime(authorization, `Bearer ${metrics.token}`);
  }
}
