import { Injectable } from '@nestjs/common';
import { PortalCatalogs, type CatalogSnapshot } from '../catalog/portal-catalogs.js';
import { PortalMonitor } from '../portals/portal-monitor.js';
import { portalStateOf } from '../portals/portal-state.policy.js';
import { PortalRegistry } from '../portals/portal-registry.js';
import type { Portal } from '../portals/portal.js';
import { freePlaces, type Offer } from './allocation.policy.js';
import { PlacesInUse } from './places-in-use.js';
import { SessionsRepository } from './sessions.repository.js';

/** An offer, with what a session of it is written down with. */
export interface WorkshopOffer extends Offer {
  title: string;
  /** Sessions at once that the portal allows one person; null when it has no limit. */
  maximumPerUser: number | null;
}

/** Finds where a workshop is offered, and how much room there is. */
@Injectable()
export class WorkshopOffers {
  constructor(
    private readonly catalogs: PortalCatalogs,
    private readonly monitor: PortalMonitor,
    private readonly places: PlacesInUse,
    private readonly registry: PortalRegistry,
    private readonly sessions: SessionsRepository,
  ) {}

  /** @returns also why portals could not say whether they offer it */
  async find(portals: readonly Portal[], workshop: string): Promise<{ offers: WorkshopOffer[]; failures: unknown[] }> {
    const answers = await Promise.allSettled(portals.map((portal) => this.ofPortal(portal, workshop)));
    return {
      offers: answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : [])),
      failures: answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as unknown] : [])),
    };
  }

  /** @throws PortalError when nothing is known of the portal's catalogue */
  async ofPortal(portal: Portal, workshop: string): Promise<WorkshopOffer[]> {
    const isDown = portalStateOf(this.monitor.factsOf(portal.name)).state === 'down';
    // Nobody has to wait for a portal that is down, as long as others may have room.
    const snapshot = isDown ? await this.catalogs.read(portal) : await this.catalogs.readFresh(portal);
    return this.offersIn(portal, snapshot, workshop);
  }

  /** A place that became free since a catalogue was read makes it old: for those who wait for one. */
  async renewAfterEnds(portals: ReadonlySet<string>): Promise<void> {
    for (const name of portals) {
      const portal = this.registry.find(name);
      if (portal === undefined) continue;
      const snapshot = await this.catalogs.read(portal).catch(() => undefined);
      const endedAt = snapshot && (await this.sessions.findLastEnd(name));
      const isOld = endedAt && endedAt.getTime() > performance.timeOrigin + snapshot.askedAtMs;
      if (isOld) this.catalogs.expire(portal);
    }
  }

  private offersIn(
    { name: portal }: Portal,
    { catalog, askedAtMs }: CatalogSnapshot,
    workshop: string,
  ): WorkshopOffer[] {
    const { state } = portalStateOf(this.monitor.factsOf(portal));
    const { portalUid, maximum, allocated, maximumPerUser } = catalog;
    return catalog.workshops
      .filter(({ about }) => about.name === workshop)
      .map((offered) => {
        const { here, onPortal } = this.places.countSince(portal, offered.environment, askedAtMs);
        const places = freePlaces({
          capacity: offered.capacity,
          allocated: offered.allocated,
          ready: offered.ready,
          portalMaximum: maximum,
          portalAllocated: allocated,
          requestedHere: here,
          requestedOnPortal: onPortal,
        });
        const { about, environment } = offered;
        return { portal, portalUid, environment, state, ...places, title: about.title, maximumPerUser };
      });
  }
}
