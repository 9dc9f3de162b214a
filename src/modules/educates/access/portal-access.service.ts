import { Injectable } from '@nestjs/common';
import { Grants, isAtLeast, type Caller } from '../../identity/index.js';
import { portalAccessDenied, workshopAccessDenied } from './portal-access.errors.js';

const viewPortal = 'educates.portal.view';
const startWorkshop = 'educates.workshop.start';

/**
 * Who may see which portal and start which workshop, by grants of `educates.portal.view` on `portal:<portal>` and
 * `educates.workshop.start` on `workshop:<portal>/<workshop>`.
 *
 * A portal or workshop is open to everybody with the role `student` or a higher one, until a grant of that action speaks of it; from
 * then on only those whom a grant reaches may. (So deleting the last such grant opens it again.) Guests always need a grant.
 */
@Injectable()
export class PortalAccess {
  constructor(private readonly grants: Grants) {}

  /** Those of the portals that the caller may see. */
  viewable<Named extends { name: string }>(caller: Caller, portals: readonly Named[]): Promise<Named[]> {
    return this.allowed(caller, viewPortal, portals, ({ name }) => `portal:${name}`);
  }

  /** @throws AppError `educates.portal-access-denied` */
  async requireViewable(caller: Caller, portal: { name: string }): Promise<void> {
    if ((await this.viewable(caller, [portal])).length === 0) throw portalAccessDenied();
  }

  /**
   * Those of the portals on which the caller may start the workshop; nobody starts what they may not see.
   *
   * @throws AppError `educates.portal-access-denied` or `educates.workshop-access-denied` when there is none
   */
  async requireStartable<Named extends { name: string }>(
    caller: Caller,
    portals: readonly Named[],
    workshop: string,
  ): Promise<Named[]> {
    const viewable = await this.viewable(caller, portals);
    if (viewable.length === 0) throw portalAccessDenied();
    const startable = await this.allowed(caller, startWorkshop, viewable, ({ name }) => `workshop:${name}/${workshop}`);
    if (startable.length === 0) throw workshopAccessDenied();
    return startable;
  }

  private async allowed<Item>(
    caller: Caller,
    action: string,
    items: readonly Item[],
    resourceOf: (item: Item) => string,
  ): Promise<Item[]> {
    const resources = items.map(resourceOf);
    const granted = new Set(await this.grants.filter(caller, action, resources));
    const rest = resources.filter((resource) => !granted.has(resource));
    if (rest.length > 0 && isAtLeast(caller.role, 'student')) {
      const governed = new Set(await this.grants.governed(action, rest));
      for (const resource of rest) if (!governed.has(resource)) granted.add(resource);
    }
    return items.filter((item) => granted.has(resourceOf(item)));
  }
}
