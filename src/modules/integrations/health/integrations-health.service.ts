import { Injectable, type OnModuleInit } from '@nestjs/common';
import {
  HealthRegistry,
  type HealthContributor,
  type HealthFinding,
} from '../../../platform/health/health-registry.js';
import type { IntegrationsHealth } from './integrations-health.dto.js';
import { IntegrationsHealthRepository } from './integrations-health.repository.js';

/** Retries are due later, so what is due for this long is not being sent at all. */
const lateSeconds = 120;

/** Beyond it a busy hour is not counted to its end. */
const maxCountedEntries = 50_000;

const listedEndpoints = 20;

/** How the integrations are: for admins in full, for the service's own health whether deliveries get stuck. */
@Injectable()
export class IntegrationsHealthService implements OnModuleInit, HealthContributor {
  readonly name = 'integrations';
  readonly isRequired = false;

  constructor(
    private readonly measurements: IntegrationsHealthRepository,
    private readonly registry: HealthRegistry,
  ) {}

  onModuleInit(): void {
    this.registry.register(this);
  }

  async read(): Promise<IntegrationsHealth> {
    const [{ totalIntegrations, activeIntegrations, disabledWebhooks }, backlog, backlogs, recentActivity] =
      await Promise.all([
        this.measurements.countIntegrations(),
        this.measurements.measureBacklog(),
        this.measurements.listBacklogs(listedEndpoints),
        this.measurements.countRecentActivity(maxCountedEntries),
      ]);
    return {
      totalIntegrations,
      activeIntegrations,
      inactiveIntegrations: totalIntegrations - activeIntegrations,
      recentActivity,
      disabledWebhooks,
      ...backlog,
      backlogs,
      timestamp: new Date().toISOString(),
    };
  }

  async check(): Promise<HealthFinding> {
    const { pendingDeliveries, oldestDueSeconds, unprocessedIncoming } = await this.measurements.measureBacklog();
    const details = { pendingDeliveries, oldestDueSeconds, unprocessedIncoming };
    if ((oldestDueSeconds ?? 0) < lateSeconds) return { status: 'pass', details };
    const note = `A delivery has been due for ${Math.round(oldestDueSeconds ?? 0)} s; is a process with ROLE worker or all running?`;
    return { status: 'warn', note, details };
  }
}
