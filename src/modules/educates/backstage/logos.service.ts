import { Injectable } from '@nestjs/common';
import type { Caller } from '../../identity/index.js';
import { PortalAccess } from '../access/portal-access.service.js';
import { PortalRegistry } from '../portals/portal-registry.js';
import { Tickets } from '../signatures/tickets.js';
import { PortalTokens } from '../tokens/portal-tokens.js';
import { logoTokenRequired } from './backstage.errors.js';
import { logoPage } from './logo-page.js';
import { PortalLogos } from './portal-logos.js';

/** How long a token works, in seconds. */
const lifetimeSeconds = 300;

/** Shows portals' logos to the Backstage plugin's front end, which wants a token and a page to find them on. */
@Injectable()
export class LogosService {
  constructor(
    private readonly registry: PortalRegistry,
    private readonly access: PortalAccess,
    private readonly portalTokens: PortalTokens,
    private readonly tickets: Tickets,
    private readonly logos: PortalLogos,
  ) {}

  /**
   * A token that opens the portal's logo page here and nothing anywhere else. Like the plugin's route, it fails when we cannot log in to
   * the portal.
   *
   * @throws AppError `educates.portal-not-found`, `educates.portal-access-denied`; PortalError
   */
  async issueToken(caller: Caller, portalName: string): Promise<{ token: string; lifetimeSeconds: number }> {
    const portal = this.registry.get(portalName);
    await this.access.requireViewable(caller, portal);
    await this.portalTokens.current(portal);
    const token = this.tickets.issue('logo token', portal.name, { now: new Date(), lifetimeSeconds });
    return { token, lifetimeSeconds };
  }

  /** @throws AppError `educates.logo-token-required`, also for portals that there are not */
  async showPage(portalName: string, authorization: string | undefined): Promise<string> {
    const token = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1] ?? '';
    const portal = this.registry.find(portalName);
    if (portal === undefined || !this.tickets.isGood('logo token', portal.name, token, new Date())) {
      throw logoTokenRequired();
    }
    return logoPage(portal.name, await this.logos.find(portal));
  }
}
