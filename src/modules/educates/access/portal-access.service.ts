import { Injectable } from '@nestjs/common';
import { Grants, isAtLeast, type Caller } from '../../identity/index.js';
import { PortalCatalogs } from '../catalog/portal-catalogs.js';
import type { Portal } from '../portals/portal.js';
import {
  dependsOnLabels,
  mayStart,
  mayView,
  portalActions,
  type CallerClaims,
  type PortalResource,
} from './permission-rules.policy.js';
import { portalAccessDenied, workshopAccessDenied } from './portal-access.errors.js';

/**
 * Who may see which portal and start which workshop, by grants of `educates.portal.view` and `educates.workshop.start` on portals and
 * workshops by name, glob or label; owners (`educates.portal.own`, `educates.workshop.own`) may both.
 *
 * A portal or workshop is open to everybody with the role `student` or a higher one, until a grant of that action speaks of it; from
 * then on only those whom a grant reaches may. (So deleting the last such grant opens it again.) Guests always need a grant.
 */
@Injectable()
export class PortalAccess {
  constructor(
    private readonly grants: Grants,
    private readonly catalogs: PortalCatalogs,
  ) {}

  /** Those of the portals that the caller may see. */
  async viewable<Named extends PortalResource>(caller: Caller, portals: readonly Named[]): Promise<Named[]> {
    const claims = await this.claimsOf(caller);
    return portals.filter((portal) => mayView(claims, portal));
  }

  /** @throws AppError `educates.portal-access-denied` */
  async requireViewable(caller: Caller, portal: PortalResource): Promise<void> {
    if ((await this.viewable(caller, [portal])).length === 0) throw portalAccessDenied();
  }

  /**
   * Those of the portals on which the caller may start the workshop; nobody starts what they may not see. No portal is asked for this,
   * unless a grant names workshops by labels and those of this one are not known yet.
   *
   * @throws AppError `educates.portal-access-denied` or `educates.workshop-access-denied` when there is none; PortalError when labels
   *   decide and a portal does not tell them
   */
  async requireStartable(caller: Caller, portals: readonly Portal[], workshop: string): Promise<Portal[]> {
    const claims = await this.claimsOf(caller);
    const viewable = portals.filter((portal) => mayView(claims, portal));
    if (viewable.length === 0) throw portalAccessDenied();
    const labels = dependsOnLabels(claims) ? await this.labelsOf(viewable, workshop) : undefined;
    const startable = viewable.filter((portal) => {
      const known = labels?.get(portal.name) ?? {};
      return !(known instanceof Error) && mayStart(claims, { portal, name: workshop, labels: known });
    });
    if (startable.length > 0) return startable;
    throw [...(labels?.values() ?? [])].find((known) => known instanceof Error) ?? workshopAccessDenied();
  }

  /** What a portal says that cannot be asked is why. */
  private async labelsOf(
    portals: readonly Portal[],
    workshop: string,
  ): Promise<Map<string, Readonly<Record<string, string>> | Error>> {
    const read = async (portal: Portal): Promise<Record<string, string> | Error> => {
      try {
        const { catalog } = await this.catalogs.read(portal);
        return catalog.workshops.find(({ about }) => about.name === workshop)?.about.labels ?? {};
      } catch (error) {
        return error as Error;
      }
    };
    return new Map(await Promise.all(portals.map(async (portal) => [portal.name, await read(portal)] as const)));
  }

  private async claimsOf(caller: Caller): Promise<CallerClaims> {
    const claims = await this.grants.claims(caller, portalActions);
    return { claims, mayUseOpen: isAtLeast(caller.role, 'student') };
  }
}
