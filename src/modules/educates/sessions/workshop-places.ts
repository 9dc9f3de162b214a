import { Injectable } from '@nestjs/common';
import type { Caller } from '../../identity/index.js';
import { PortalAccess } from '../access/portal-access.service.js';
import { PortalRegistry } from '../portals/portal-registry.js';
import type { Portal } from '../portals/portal.js';
import type { WorkshopWish } from './session-drafts.js';
import { parametersInvalid, workshopNotFound } from './sessions.errors.js';
import { WorkshopOffers, type WorkshopOffer } from './workshop-offers.js';
import { parameterErrors } from './workshop-parameters.policy.js';

/** Where a caller can have a workshop: asked in two steps, because somebody who has a session of it needs no offers. */
@Injectable()
export class WorkshopPlaces {
  constructor(
    private readonly registry: PortalRegistry,
    private readonly access: PortalAccess,
    private readonly offers: WorkshopOffers,
  ) {}

  /**
   * The portals on which the caller may start the workshop, before any of them is asked.
   *
   * @throws AppError `educates.bad-parameters`, `educates.portal-not-found`, `educates.workshop-not-found`, or 403
   */
  async portalsFor(caller: Caller, { workshop, portal, parameters = {} }: WorkshopWish): Promise<Portal[]> {
    const errors = parameterErrors(parameters);
    if (errors.length > 0) throw parametersInvalid(errors);
    const known = portal === undefined ? this.registry.list() : [this.registry.get(portal)];
    if (known.length === 0) throw workshopNotFound(workshop);
    return this.access.requireStartable(caller, known, workshop);
  }

  /**
   * At least one offer, whether it has room or not.
   *
   * @throws AppError `educates.workshop-not-found`; PortalError when no portal could be asked
   */
  async offersOn(portals: readonly Portal[], workshop: string): Promise<WorkshopOffer[]> {
    const { offers, failures } = await this.offers.find(portals, workshop);
    if (offers.length === 0) throw failures[0] ?? workshopNotFound(workshop);
    return offers;
  }

  isKnown(portal: string): boolean {
    return this.registry.find(portal) !== undefined;
  }
}
