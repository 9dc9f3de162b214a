import { Global, Module } from '@nestjs/common';
import { HealthMetrics } from './health-metrics.js';
import { MetricsController } from './metrics.controller.js';
import { Metrics } from './metrics.js';
import { OutboundMetrics } from './outbound-metrics.js';

@Global()
@Module({
  controllers: [MetricsController],
  providers: [Metrics, HealthMetrics, OutboundMetrics],
  exports: [Metrics],
})
export class MetricsModule {}
