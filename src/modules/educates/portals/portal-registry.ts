import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../../platform/config/app-config.js';
import type { Portal } from './portal.js';
import { portalNotFound } from './portals.errors.js';

/** The training portals that there are: those of the environment. */
@Injectable()
export class PortalRegistry {
  private readonly portals: ReadonlyMap<string, Portal>;

  constructor({ educates }: AppConfig) {
    this.portals = new Map(educates.portals.map((portal) => [portal.name, portal]));
  }

  list(): Portal[] {
    return [...this.portals.values()];
  }

  find(name: string): Portal | undefined {
    return this.portals.get(name);
  }

  /** @throws AppError `educates.portal-not-found` */
  get(name: string): Portal {
    const portal = this.find(name);
    if (portal === undefined) throw portalNotFound();
    return portal;
  }
}
