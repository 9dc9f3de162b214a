import type { OfferedWorkshop, PortalCatalog, WorkshopDescription } from '../client/training-portal.model.js';

/** A workshop, and every portal that offers it. */
export interface CatalogWorkshop extends WorkshopDescription {
  /** Places that are free on all portals together. */
  free: number;
  offers: CatalogOffer[];
}

export interface CatalogOffer {
  portal: string;
  environment: string;
  capacity: number;
  allocated: number;
  /** Sessions that wait ready, so that the learner need not wait. */
  ready: number;
  /** The environment's free places, and no more than the portal's. */
  free: number;
  sessionSeconds: number | null;
}

export interface CatalogFilter {
  /** Every word must be in the name, title, description, vendor or a tag, in any case. */
  text?: string | undefined;
  tag?: string | undefined;
  difficulty?: string | undefined;
  portal?: string | undefined;
}

/**
 * One list of what all portals offer. A workshop that several portals have under the same name is one; its description is that of the
 * first portal.
 */
export function mergeCatalogs(catalogs: readonly { portal: string; catalog: PortalCatalog }[]): CatalogWorkshop[] {
  const workshops = new Map<string, CatalogWorkshop>();
  for (const { portal, catalog } of catalogs) {
    for (const offered of catalog.workshops) {
      const offer = offerOf(portal, catalog, offered);
      const workshop = workshops.get(offered.about.name) ?? { ...offered.about, free: 0, offers: [] };
      workshops.set(workshop.name, {
        ...workshop,
        free: workshop.free + offer.free,
        offers: [...workshop.offers, offer],
      });
    }
  }
  return [...workshops.values()];
}

function offerOf(portal: string, { maximum, allocated: allocatedOnPortal }: PortalCatalog, offered: OfferedWorkshop) {
  const { environment, capacity, allocated, ready, sessionSeconds } = offered;
  const onPortal = maximum === null ? Number.POSITIVE_INFINITY : maximum - allocatedOnPortal;
  const free = Math.max(0, Math.min(capacity - allocated, onPortal));
  return { portal, environment, capacity, allocated, ready, free, sessionSeconds };
}

export function searchCatalog(workshops: readonly CatalogWorkshop[], filter: CatalogFilter): CatalogWorkshop[] {
  const { tag, difficulty, portal } = filter;
  const words = (filter.text ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  return workshops.filter((workshop) => {
    const text = [workshop.name, workshop.title, workshop.description, workshop.vendor, ...workshop.tags]
      .join('\n')
      .toLowerCase();
    return (
      words.every((word) => text.includes(word)) &&
      (tag === undefined || workshop.tags.some((own) => isSameText(own, tag))) &&
      (difficulty === undefined || isSameText(workshop.difficulty, difficulty)) &&
      (portal === undefined || workshop.offers.some((offer) => offer.portal === portal))
    );
  });
}

const isSameText = (left: string, right: string): boolean => left.toLowerCase() === right.toLowerCase();
