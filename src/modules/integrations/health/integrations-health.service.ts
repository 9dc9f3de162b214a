import { Injectable, type OnModuleInit } from '@nestjs/common';
import {
  HealthRegistry,
  type HealthContributor,
  type HealthFinding,
} from '../../../platform/health/health-registry.js';
import { OauthTokensRepository } from '../credentials/oauth-tokens.repository.js';
import { SyncSchedulesRepository, type SyncHealth } from '../sync/sync-schedules.repository.js';
import type { IntegrationsHealth } from './integrations-health.dto.js';
import { IntegrationsHealthRepository } from './integrations-health.repository.js';

/** Retries are due later, so what is due for this long is not being sent at all. */
const lateSeconds = 120;

/** Beyond it a busy hour is not counted to its end. */
const maxCountedEntries = 50_000;

const listedEndpoints = 20;
const expiryDays = 7;

/** How the integrations are: for admins in full, for the service's own health whether deliveries get stuck. */
@Injectable()
export class IntegrationsHealthService implements OnModuleInit, HealthContributor {
  readonly name = 'integrations';
  readonly isRequired = false;

  constructor(
    private readonly measurements: IntegrationsHealthRepository,
    private readonly schedules: SyncSchedulesRepository,
    private readonly tokens: OauthTokensRepository,
    private readonly registry: HealthRegistry,
  ) {}

  onModuleInit(): void {
    this.registry.register(this);
  }

  async read(): Promise<IntegrationsHealth> {
    const [counts, backlog, backlogs, recentActivity, { lagSeconds, troubled }, expiringCredentials] =
      await Promise.all([
        this.measurements.countIntegrations(),
        this.measurements.measureBacklog(),
        this.measurements.listBacklogs(listedEndpoints),
        this.measurements.countRecentActivity(maxCountedEntries),
        this.schedules.measure(),
        this.tokens.listTroubled(expiryDays),
      ]);
    return {
      ...counts,
      inactiveIntegrations: counts.totalIntegrations - counts.activeIntegrations,
      recentActivity,
      ...backlog,
      backlogs,
      scheduleLagSeconds: lagSeconds,
      failingIntegrations: troubled.map(failingIntegration),
      expiringCredentials,
      timestamp: new Date().toISOString(),
    };
  }

  async check(): Promise<HealthFinding> {
    const [{ pendingDeliveries, oldestDueSeconds, unprocessedIncoming }, { lagSeconds }] = await Promise.all([
      this.measurements.measureBacklog(),
      this.schedules.measure(),
    ]);
    const details = { pendingDeliveries, oldestDueSeconds, unprocessedIncoming, scheduleLagSeconds: lagSeconds };
    const late = [
      { what: 'A delivery', seconds: oldestDueSeconds ?? 0 },
      { what: 'A synchronisation', seconds: lagSeconds },
    ].find(({ seconds }) => seconds >= lateSeconds);
    if (late === undefined) return { status: 'pass', details };
    const note = `${late.what} has been due for ${Math.round(late.seconds)} s; is a process with ROLE worker or all running?`;
    return { status: 'warn', note, details };
  }
}

function failingIntegration({
  lastError,
  ...integration
}: SyncHealth['troubled'][number]): IntegrationsHealth['failingIntegrations'][number] {
  return { ...integration, reason: lastError };
}
