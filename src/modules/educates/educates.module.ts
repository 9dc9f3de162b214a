import { Module, type OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventCatalogue } from '../../platform/events/event-catalogue.js';
import { IdentityModule } from '../identity/index.js';
import { PortalAccess } from './access/portal-access.service.js';
import { BackstageController } from './backstage/backstage.controller.js';
import { BackstageTokens } from './backstage/backstage-tokens.js';
import { BackstageService } from './backstage/backstage.service.js';
import { LogosService } from './backstage/logos.service.js';
import { PortalLogos } from './backstage/portal-logos.js';
import { CatalogController } from './catalog/catalog.controller.js';
import { CatalogService } from './catalog/catalog.service.js';
import { PortalCatalogs } from './catalog/portal-catalogs.js';
import { ClassAccess } from './classes/class-access.js';
import { ClassEndings } from './classes/class-endings.js';
import { ClassStartEntity } from './classes/class-start.entity.js';
import { ClassStarter } from './classes/class-starter.js';
import { ClassStartsController } from './classes/class-starts.controller.js';
import { ClassStartsRepository } from './classes/class-starts.repository.js';
import { ClassStartsService } from './classes/class-starts.service.js';
import { PortalTransport } from './client/portal-transport.js';
import { TrainingPortalClient } from './client/training-portal.client.js';
import { AgentServer } from './mcp/agent-server.js';
import { McpController } from './mcp/mcp.controller.js';
import { PortalTools } from './mcp/portal-tools.js';
import { SessionTools } from './mcp/session-tools.js';
import { ManagedPortalEntity } from './portals/managed-portal.entity.js';
import { ManagedPortalsRepository } from './portals/managed-portals.repository.js';
import { PortalAdministrationController } from './portals/portal-administration.controller.js';
import { PortalAdministration } from './portals/portal-administration.service.js';
import { PortalChecksRepository } from './portals/portal-checks.repository.js';
import { PortalMonitor } from './portals/portal-monitor.js';
import { PortalProbe } from './portals/portal-probe.js';
import { PortalRegistry } from './portals/portal-registry.js';
import { PortalVault } from './portals/portal-vault.js';
import { PortalsController } from './portals/portals.controller.js';
import { PortalsService } from './portals/portals.service.js';
import { RemovedPortals } from './portals/removed-portals.js';
import { TrainingPortalEntity } from './portals/training-portal.entity.js';
import { ReturnsController } from './returns/returns.controller.js';
import { ActivationUrls } from './sessions/activation-urls.js';
import { LaunchLinks } from './sessions/launch-links.js';
import { LaunchService } from './sessions/launch.service.js';
import { PlacesInUse } from './sessions/places-in-use.js';
import { PortalUsers } from './sessions/portal-users.js';
import { QuotasRepository } from './sessions/quotas.repository.js';
import { SessionAdmission } from './sessions/session-admission.js';
import { SessionAllocator } from './sessions/session-allocator.js';
import { SessionDrafts } from './sessions/session-drafts.js';
import { SessionEnder } from './sessions/session-ender.js';
import { SessionEvents } from './sessions/session-events.js';
import { SessionExtender } from './sessions/session-extender.js';
import { SessionOpener } from './sessions/session-opener.js';
import { SessionQuotas } from './sessions/session-quotas.js';
import { SessionReconciler } from './sessions/session-reconciler.js';
import { SessionRecorder } from './sessions/session-recorder.js';
import { SessionRequester } from './sessions/session-requester.js';
import { SessionStepEntity } from './sessions/session-step.entity.js';
import { SessionTimelineRepository } from './sessions/session-timeline.repository.js';
import { SessionViews } from './sessions/session-views.js';
import { SessionsController } from './sessions/sessions.controller.js';
import { sessionExpired, sessionFinished, sessionStarted, workshopProgress } from './sessions/sessions.events.js';
import { SessionsRepository } from './sessions/sessions.repository.js';
import { SessionsService } from './sessions/sessions.service.js';
import { UserLimits } from './sessions/user-limits.js';
import { WaitingListRepository } from './sessions/waiting-list.repository.js';
import { WaitingList } from './sessions/waiting-list.js';
import { WorkshopOffers } from './sessions/workshop-offers.js';
import { WorkshopPlaces } from './sessions/workshop-places.js';
import { WorkshopSessionEntity } from './sessions/workshop-session.entity.js';
import { Signatures } from './signatures/signatures.js';
import { Tickets } from './signatures/tickets.js';
import { PortalTokenEntity } from './tokens/portal-token.entity.js';
import { PortalTokens } from './tokens/portal-tokens.js';
import { PortalTokensRepository } from './tokens/portal-tokens.repository.js';
import { RobotOauthClient } from './tokens/robot-oauth.client.js';
import { TokenRenewal } from './tokens/token-renewal.js';
import { AnalyticsAddresses } from './webhooks/analytics-addresses.js';
import { AnalyticsWebhooksController } from './webhooks/analytics-webhooks.controller.js';
import { AnalyticsWebhooks } from './webhooks/analytics-webhooks.service.js';
import { SessionEventEntity } from './webhooks/session-event.entity.js';
import { SessionEventsRepository } from './webhooks/session-events.repository.js';

const portals = [PortalRegistry, PortalMonitor, PortalsService, PortalChecksRepository, PortalAccess];
const administration = [PortalAdministration, ManagedPortalsRepository, PortalVault, PortalProbe, RemovedPortals];
const client = [PortalTransport, TrainingPortalClient];
const tokens = [RobotOauthClient, PortalTokens, TokenRenewal, PortalTokensRepository];
const catalog = [PortalCatalogs, CatalogService];
const sessions = [
  SessionsRepository,
  SessionTimelineRepository,
  SessionRecorder,
  SessionsService,
  SessionEnder,
  SessionExtender,
  SessionReconciler,
  SessionViews,
  SessionEvents,
];
const opening = [
  SessionOpener,
  SessionDrafts,
  PortalUsers,
  WorkshopOffers,
  PlacesInUse,
  SessionAllocator,
  SessionRequester,
  WorkshopPlaces,
  UserLimits,
  SessionAdmission,
];
const waiting = [QuotasRepository, SessionQuotas, WaitingListRepository, WaitingList];
const classes = [ClassAccess, ClassStartsRepository, ClassStarter, ClassStartsService, ClassEndings];
const launching = [LaunchService, LaunchLinks, ActivationUrls, Signatures, Tickets];
const webhooks = [AnalyticsAddresses, AnalyticsWebhooks, SessionEventsRepository];
const agents = [AgentServer, PortalTools, SessionTools];
const backstage = [BackstageService, BackstageTokens, LogosService, PortalLogos];

/** Workshops on Educates training portals: portals, their catalogue, sessions, and what the portals report of them. */
@Module({
  imports: [
    IdentityModule,
    TypeOrmModule.forFeature([
      TrainingPortalEntity,
      ManagedPortalEntity,
      PortalTokenEntity,
      WorkshopSessionEntity,
      SessionStepEntity,
      SessionEventEntity,
      ClassStartEntity,
    ]),
  ],
  controllers: [
    PortalsController,
    PortalAdministrationController,
    CatalogController,
    SessionsController,
    ClassStartsController,
    ReturnsController,
    AnalyticsWebhooksController,
    BackstageController,
    McpController,
  ],
  providers: [
    ...portals,
    ...administration,
    ...client,
    ...tokens,
    ...catalog,
    ...sessions,
    ...waiting,
    ...classes,
    ...opening,
    ...launching,
    ...webhooks,
    ...backstage,
    ...agents,
  ],
})
export class EducatesModule implements OnModuleInit {
  constructor(private readonly events: EventCatalogue) {}

  onModuleInit(): void {
    this.events.register(sessionStarted, sessionFinished, sessionExpired, workshopProgress);
  }
}
