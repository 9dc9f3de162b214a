import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../../platform/config/app-config.js';
import type { AccountCaller, Caller } from '../../identity/index.js';
import { workshopAccessDenied } from '../access/portal-access.errors.js';
import { PortalAccess } from '../access/portal-access.service.js';
import { PortalCatalogs } from '../catalog/portal-catalogs.js';
import { educatesPath } from '../educates-path.js';
import type { WorkshopCatalogBody } from '../client/training-portal.responses.js';
import { PortalRegistry } from '../portals/portal-registry.js';
import { LaunchService } from '../sessions/launch.service.js';
import { SessionOpener, type OpenedSession } from '../sessions/session-opener.js';
import { environmentNotFound } from '../sessions/sessions.errors.js';
import { PortalLogos } from './portal-logos.js';

/** What the Backstage plugin's back end does, so that its front end works unmodified. */
@Injectable()
export class BackstageService {
  constructor(
    private readonly registry: PortalRegistry,
    private readonly access: PortalAccess,
    private readonly catalogs: PortalCatalogs,
    private readonly opener: SessionOpener,
    private readonly launches: LaunchService,
    private readonly logos: PortalLogos,
    private readonly config: AppConfig,
  ) {}

  /**
   * A portal's catalogue as the portal sent it, with the titles that it left out, its logo once it is known, and another `portal.url`: that
   * leads to us, where the front end gets the logo with the token that we gave it.
   *
   * @throws AppError `educates.portal-not-found`, `educates.portal-access-denied`; PortalError
   */
  async readCatalog(
    caller: Caller,
    portalName: string,
  ): Promise<{ body: Omit<WorkshopCatalogBody, 'workshops'> & { workshops: TitledWorkshop[] }; ageSeconds: number }> {
    const portal = this.registry.get(portalName);
    await this.access.requireViewable(caller, portal);
    const { body, ageSeconds } = await this.catalogs.read(portal);
    const url = `${this.config.http.publicUrl}${educatesPath}/portals/${portal.name}`;
    const logo = this.logos.known(portal);
    const shown = { title: portal.name, ...(logo !== null && { logo }), ...body.portal, url };
    return { body: { ...body, portal: shown, workshops: body.workshops.map(withTitle) }, ageSeconds };
  }

  /**
   * The caller's session of the workshop in the environment, in the portal's own words with its activation URL made absolute. The front
   * end opens that URL at once, for the caller who owns it.
   *
   * @throws AppError `educates.portal-not-found`, `educates.workshop-not-found`, `educates.workshop-access-denied` and as
   *   `SessionOpener.open`; PortalError
   */
  async request(caller: AccountCaller, portalName: string, environment: string): Promise<Record<string, unknown>> {
    const opened = await this.open(caller, portalName, environment);
    const { body, activationUrl } = opened.answer ?? (await this.launches.reopen(opened.session));
    await this.launches.countLaunch(opened.session);
    return { ...body, url: activationUrl };
  }

  /**
   * The caller's session of the workshop in the environment.
   *
   * @throws as {@link request}
   */
  async open(caller: AccountCaller, portalName: string, environment: string): Promise<OpenedSession> {
    const portal = this.registry.get(portalName);
    const [viewable] = await this.access.viewable(caller, [portal]);
    if (viewable === undefined) throw workshopAccessDenied();
    const { catalog } = await this.catalogs.read(portal);
    const workshop = catalog.workshops.find((offered) => offered.environment === environment);
    if (workshop === undefined) throw environmentNotFound(environment);
    const wish = { workshop: workshop.about.name, portal: portal.name, indexUrl: this.indexUrl() };
    return this.opener.open(caller, wish);
  }

  /** Where the plugin's page is in its application. */
  private indexUrl(): string {
    const { frontendUrl, publicUrl } = this.config.http;
    return frontendUrl === undefined ? publicUrl : `${frontendUrl.replace(/\/+$/, '')}/educates`;
  }
}

type OfferedBody = WorkshopCatalogBody['workshops'][number];
type TitledWorkshop = OfferedBody & { title: string };

const withTitle = (workshop: OfferedBody): TitledWorkshop => ({ ...workshop, title: workshop.title || workshop.name });
