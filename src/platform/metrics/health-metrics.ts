import { Injectable } from '@nestjs/common';
import type { HealthStatus } from '../health/health-registry.js';
import { HealthService } from '../health/health.service.js';
import { Metrics } from './metrics.js';

const levels: Record<HealthStatus, number> = { pass: 0, warn: 1, fail: 2 };

/** Shows the health report, and the length and age of the queues in it; at most one look at the database a second. */
@Injectable()
export class HealthMetrics {
  constructor(health: HealthService, metrics: Metrics) {
    metrics.gauge({
      name: 'lyceum_health_level',
      help: '0 pass, 1 warn, 2 fail',
      labelNames: ['check'],
      async collect() {
        const { checks } = await health.report();
        this.reset();
        for (const [check, { status }] of Object.entries(checks)) this.set({ check }, levels[status]);
      },
    });
    const queueGauge = (name: string, help: string, member: 'waiting' | 'oldestSeconds') =>
      metrics.gauge({
        name,
        help,
        labelNames: ['queue'],
        async collect() {
          const { checks } = await health.report();
          for (const queue of ['jobs', 'events']) {
            const value = checks[queue]?.details?.[member];
            if (typeof value === 'number') this.set({ queue }, value);
          }
        },
      });
    queueGauge('lyceum_queue_depth', 'Jobs that are due, events not yet dispatched; counted up to 10 000', 'waiting');
    queueGauge('lyceum_queue_oldest_seconds', 'How long the oldest of them has been due', 'oldestSeconds');
  }
}
