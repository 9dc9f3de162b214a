import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../../platform/config/app-config.js';
import { TrainingPortalClient } from '../client/training-portal.client.js';
import type { PortalCatalog } from '../client/training-portal.model.js';
import { toPortalCatalog } from '../client/training-portal.transformers.js';
import type { WorkshopCatalogBody } from '../client/training-portal.responses.js';
import type { Portal } from '../portals/portal.js';

/** A portal's catalogue at one moment. Times are those of `performance.now()`. */
export interface CatalogSnapshot {
  catalog: PortalCatalog;
  /** As the portal sent it. */
  body: WorkshopCatalogBody;
  /** What happened on the portal before this moment is in it; what happened later may be. */
  askedAtMs: number;
  /** Whether it is as young as it should be; false while the portal fails or is being asked. */
  isFresh: boolean;
  ageSeconds: number;
}

interface Entry {
  latest?: Pick<CatalogSnapshot, 'catalog' | 'body' | 'askedAtMs'>;
  /** Why the last try failed; undefined after a success. */
  error?: unknown;
  dueAtMs: number;
  underWay?: Promise<void>;
}

/**
 * Keeps each portal's catalogue. However many ask for it, the portal is asked at most once in the time that a catalogue is fresh, also
 * while it fails. What it last said is shown, with its age, until it answers again.
 */
@Injectable()
export class PortalCatalogs {
  private readonly entries = new Map<string, Entry>();

  constructor(
    private readonly client: TrainingPortalClient,
    private readonly config: AppConfig,
  ) {}

  /**
   * The catalogue at once if there is one of any age, which is renewed behind the scenes when it is due.
   *
   * @throws PortalError when there is none yet and the portal gives none
   */
  async read(portal: Portal): Promise<CatalogSnapshot> {
    const entry = this.entryOf(portal);
    const renewal = this.renewWhenDue(portal, entry);
    if (entry.latest === undefined) await renewal;
    return snapshotOf(entry);
  }

  /**
   * The catalogue, renewed first if it is due; an old one only if the portal fails.
   *
   * @throws PortalError when there is none yet and the portal gives none
   */
  async readFresh(portal: Portal): Promise<CatalogSnapshot> {
    const entry = this.entryOf(portal);
    await this.renewWhenDue(portal, entry);
    return snapshotOf(entry);
  }

  /** The portal has shown that the catalogue is no longer true; the next reader gets a new one. */
  expire({ name }: Portal): void {
    const entry = this.entries.get(name);
    if (entry !== undefined) entry.dueAtMs = 0;
  }

  /** The portal is gone, or another one has its name. */
  forget(portalName: string): void {
    this.entries.delete(portalName);
  }

  private renewWhenDue(portal: Portal, entry: Entry): Promise<void> {
    if (performance.now() >= entry.dueAtMs) entry.underWay ??= this.renew(portal, entry);
    return entry.underWay ?? Promise.resolve();
  }

  /** Never rejects: the error waits in the entry for those who find nothing else there. */
  private async renew(portal: Portal, entry: Entry): Promise<void> {
    const askedAtMs = performance.now();
    try {
      const body = await this.client.readCatalog(portal);
      entry.latest = { catalog: toPortalCatalog(body), body, askedAtMs };
      delete entry.error;
    } catch (error) {
      entry.error = error;
    } finally {
      entry.dueAtMs = performance.now() + this.config.educates.catalogFreshnessMs;
      delete entry.underWay;
    }
  }

  private entryOf({ name }: Portal): Entry {
    const entry = this.entries.get(name) ?? { dueAtMs: 0 };
    this.entries.set(name, entry);
    return entry;
  }
}

function snapshotOf({ latest, error, dueAtMs }: Entry): CatalogSnapshot {
  if (latest === undefined) throw error;
  const nowMs = performance.now();
  return {
    ...latest,
    isFresh: error === undefined && nowMs < dueAtMs,
    ageSeconds: Math.round((nowMs - latest.askedAtMs) / 1000),
  };
}
