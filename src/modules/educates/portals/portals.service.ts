import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HealthRegistry, type HealthFinding, type HealthStatus } from '../../../platform/health/health-registry.js';
import type { Caller } from '../../identity/index.js';
import { PortalTokens } from '../tokens/portal-tokens.js';
import { PortalAccess } from '../access/portal-access.service.js';
import { PortalCatalogs } from '../catalog/portal-catalogs.js';
import { PortalMonitor } from './portal-monitor.js';
import { PortalRegistry } from './portal-registry.js';
import { portalStateOf, type PortalState } from './portal-state.policy.js';
import type { Portal, PortalSource } from './portal.js';

/** How a portal is. */
export interface PortalCondition {
  name: string;
  url: string;
  /** Only those that came by `api` can be changed there. */
  source: PortalSource;
  labels: Record<string, string>;
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
    private readonly tokens: PortalTokens,
    private readonly monitor: PortalMonitor,
    private readonly health: HealthRegistry,
  ) {}

  onModuleInit(): void {
    this.registry.watch({ added: (portal) => this.welcome(portal), removed: (portal) => this.forget(portal) });
  }

  /** Those that the caller may see. */
  async list(caller: Caller): Promise<PortalCondition[]> {
    const portals = await this.access.viewable(caller, this.registry.list());
    return Promise.all(portals.map((portal) => this.examine(portal)));
  }

  /** @throws AppError `educates.portal-not-found`, `educates.portal-access-denied` */
  async get(caller: Caller, name: string): Promise<PortalCondition> {
    const portal = this.registry.get(name);
    await this.access.requireViewable(caller, portal);
    return this.examine(portal);
  }

  private welcome(portal: Portal): void {
    this.health.register({ name: `portal:${portal.name}`, isRequired: false, check: () => this.check(portal) });
  }

  /** Nothing that was learned of it holds for a portal of the same name. */
  private forget({ name }: Portal): void {
    this.health.unregister(`portal:${name}`);
    this.tokens.forget(name);
    this.catalogs.forget(name);
    this.monitor.forget(name);
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
      source: portal.source,
      labels: { ...portal.labels },
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
