import type { OfferedWorkshop, PortalCatalog, WorkshopDescription } from '../client/training-portal.model.js';
import { minutesOf } from './workshop-duration.policy.js';

/** A workshop, and every portal that offers it. */
export interface CatalogWorkshop extends WorkshopDescription {
  /** Places that are free on all portals together. */
  free: number;
  offers: CatalogOffer[];
  /** What the first portal says of it beyond what is known here, as it says it. */
  extra: Record<string, unknown>;
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
  /** All must be there; without a value, the key alone. */
  labels?: { key: string; value?: string | undefined }[] | undefined;
  difficulty?: string | undefined;
  /** Minutes. Workshops that do not tell their duration are none that fits. */
  maxMinutes?: number | undefined;
  /** Places that must be free on the portals that may be used. */
  minFree?: number | undefined;
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
      const workshop = workshops.get(offered.about.name) ?? {
        ...offered.about,
        free: 0,
        offers: [],
        extra: offered.extra,
      };
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
  const { tag, labels = [], difficulty, maxMinutes, minFree = 0, portal } = filter;
  const words = (filter.text ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  return workshops.filter((workshop) => {
    const text = [workshop.name, workshop.title, workshop.description, workshop.vendor, ...workshop.tags]
      .join('\n')
      .toLowerCase();
    return (
      words.every((word) => text.includes(word)) &&
      (tag === undefined || workshop.tags.some((own) => isSameText(own, tag))) &&
      (difficulty === undefined || isSameText(workshop.difficulty, difficulty)) &&
      labels.every(({ key, value }) => hasLabel(workshop, key, value)) &&
      (maxMinutes === undefined || (minutesOf(workshop.duration) ?? Number.POSITIVE_INFINITY) <= maxMinutes) &&
      freeOf(workshop, portal) >= minFree &&
      (portal === undefined || workshop.offers.some((offer) => offer.portal === portal))
    );
  });
}

function hasLabel({ labels }: CatalogWorkshop, key: string, value: string | undefined): boolean {
  return Object.hasOwn(labels, key) && (value === undefined || labels[key] === value);
}

const freeOf = ({ offers, free }: CatalogWorkshop, portal: string | undefined): number =>
  portal === undefined ? free : offers.reduce((sum, offer) => sum + (offer.portal === portal ? offer.free : 0), 0);

const isSameText = (left: string, right: string): boolean => left.toLowerCase() === right.toLowerCase();
