import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HealthRegistry, type HealthFinding, type HealthStatus } from '../../../platform/health/health-registry.js';
import type { Caller } from '../../identity/index.js';
import { PortalAccess } from '../access/portal-access.service.js';
import { PortalCatalogs } from '../catalog/portal-catalogs.js';
import { PortalMonitor } from './portal-monitor.js';
import { PortalRegistry } from './portal-registry.js';
import { portalStateOf, type PortalState } from './portal-state.policy.js';
import type { Portal } from './portal.js';

/** How a portal is. */
export interface PortalCondition {
  name: string;
  url: string;
  state: PortalState;
  reason: string | null;
  sessions: { maximum: number | null; allocated: number } | null;
  lastAnswerAt: string | null;
  latencyMs: number | null;
}

const healthOf: Record<PortalState, HealthStatus> = {
  up: 'pass',
  degraded: 'warn',
  down: 'fail',
  misconfigured: 'fail',
};

/** Tells how the portals are. Looking at them asks each at most once in the time that a catalogue is fresh. */
@Injectable()
export class PortalsService implements OnModuleInit {
  constructor(
    private readonly registry: PortalRegistry,
    private readonly access: PortalAccess,
    private readonly catalogs: PortalCatalogs,
    private readonly monitor: PortalMonitor,
    private readonly health: HealthRegistry,
  ) {}

  onModuleInit(): void {
    for (const portal of this.registry.list()) {
      this.health.register({ name: `portal:${portal.name}`, isRequired: false, check: () => this.check(portal) });
    }
  }

  /** Those that the caller may see. */
  async list(caller: Caller): Promise<PortalCondition[]> {
    const portals = await this.access.viewable(caller, this.registry.list());
    return Promise.all(portals.map((portal) => this.examine(portal)));
  }

  private async examine(portal: Portal): Promise<PortalCondition> {
    const catalog = await this.catalogs.read(portal).then(
      (snapshot) => snapshot.catalog,
      () => null,
    );
    const facts = this.monitor.factsOf(portal.name);
    return {
      name: portal.name,
      url: portal.url,
      ...portalStateOf(facts),
      sessions: catalog === null ? null : { maximum: catalog.maximum, allocated: catalog.allocated },
      lastAnswerAt: facts.lastAnswerAt?.toISOString() ?? null,
      latencyMs: facts.latencyMs,
    };
  }

  private async check(portal: Portal): Promise<HealthFinding> {
    const { state, reason, sessions, lastAnswerAt, latencyMs } = await this.examine(portal);
    return {
      status: healthOf[state],
      ...(reason !== null && { note: `The portal is ${state}: ${reason}` }),
      details: { state, ...sessions, lastAnswerAt, latencyMs },
    };
  }
}
