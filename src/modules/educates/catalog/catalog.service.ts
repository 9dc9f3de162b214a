import { Injectable } from '@nestjs/common';
import type { Caller } from '../../identity/index.js';
import { PortalAccess } from '../access/portal-access.service.js';
import { PortalMonitor } from '../portals/portal-monitor.js';
import { PortalRegistry } from '../portals/portal-registry.js';
import { portalStateOf, type PortalState } from '../portals/portal-state.policy.js';
import type { Portal } from '../portals/portal.js';
import { mergeCatalogs, searchCatalog, type CatalogFilter, type CatalogWorkshop } from './catalog.policy.js';
import { PortalCatalogs, type CatalogSnapshot } from './portal-catalogs.js';

/** Where a part of the catalogue comes from, and how much it can be trusted. */
export interface CatalogSource {
  portal: string;
  state: PortalState;
  /** Null when nothing is known of the portal's catalogue. */
  ageSeconds: number | null;
  isFresh: boolean;
}

export interface MergedCatalog {
  workshops: CatalogWorkshop[];
  total: number;
  sources: CatalogSource[];
}

/** What all portals offer together, as far as the caller may see them. */
@Injectable()
export class CatalogService {
  constructor(
    private readonly registry: PortalRegistry,
    private readonly access: PortalAccess,
    private readonly catalogs: PortalCatalogs,
    private readonly monitor: PortalMonitor,
  ) {}

  /** A portal that fails is missing, and its source says so; the others are there all the same. */
  async search(caller: Caller, filter: CatalogFilter, page: { offset: number; limit: number }): Promise<MergedCatalog> {
    const portals = await this.access.viewable(caller, this.registry.list());
    const read = await Promise.all(portals.map(async (portal) => ({ portal, snapshot: await this.find(portal) })));
    const catalogs = read.flatMap(({ portal, snapshot }) =>
      snapshot === null ? [] : [{ portal: portal.name, catalog: snapshot.catalog }],
    );
    const workshops = searchCatalog(mergeCatalogs(catalogs), filter);
    return {
      workshops: workshops.slice(page.offset, page.offset + page.limit),
      total: workshops.length,
      sources: read.map(({ portal, snapshot }) => this.sourceOf(portal, snapshot)),
    };
  }

  private find(portal: Portal): Promise<CatalogSnapshot | null> {
    return this.catalogs.read(portal).catch(() => null);
  }

  private sourceOf({ name }: Portal, snapshot: CatalogSnapshot | null): CatalogSource {
    return {
      portal: name,
      state: portalStateOf(this.monitor.factsOf(name)).state,
      ageSeconds: snapshot?.ageSeconds ?? null,
      isFresh: snapshot?.isFresh ?? false,
    };
  }
}
