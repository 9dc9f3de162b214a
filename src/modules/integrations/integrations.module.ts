import { Module, type OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventCatalogue } from '../../platform/events/event-catalogue.js';
import { SealedColumns } from '../../platform/secrets/sealed-columns.js';
import { IdentityModule } from '../identity/index.js';
import { IntegrationAuditController } from './audit/integration-audit.controller.js';
import { apiProviders } from './connectors/api/api-parts.js';
import { Connectors } from './connectors/connectors.js';
import { DatabaseConnector } from './connectors/database/database.connector.js';
import { FileStores } from './connectors/files/file-stores.js';
import { FileConnector } from './connectors/files/file.connector.js';
import { WebhookContentController } from './content/webhook-content.controller.js';
import { WebhookContentService } from './content/webhook-content.service.js';
import {
  credentialColumns,
  credentialEntities,
  credentialEvents,
  credentialProviders,
} from './credentials/credential-parts.js';
import { OauthController } from './credentials/oauth.controller.js';
import { DeliveriesController } from './deliveries/deliveries.controller.js';
import { deliveryEntities, deliveryProviders } from './deliveries/delivery-parts.js';
import { endpointDegraded, endpointDisabled, endpointRecovered } from './deliveries/endpoint.events.js';
import { courseEvents } from './event-types/course.events.js';
import { CustomEventTypeEntity } from './event-types/custom-event-type.entity.js';
import { CustomEventTypesRepository } from './event-types/custom-event-types.repository.js';
import { EventTypesController } from './event-types/event-types.controller.js';
import { EventTypesService } from './event-types/event-types.service.js';
import { IntegrationsHealthController } from './health/integrations-health.controller.js';
import { IntegrationsHealthRepository } from './health/integrations-health.repository.js';
import { IntegrationsHealthService } from './health/integrations-health.service.js';
import { incomingEntities, incomingProviders } from './incoming/incoming-parts.js';
import { IncomingSchemesController } from './incoming/incoming-schemes.controller.js';
import { incomingKeyColumn } from './incoming/incoming-secrets.js';
import { IncomingSourcesController } from './incoming/incoming-sources.controller.js';
import { webhookReceived } from './incoming/incoming.events.js';
import { ReceiveController } from './incoming/receive.controller.js';
import { ReceivedRequestsController } from './incoming/received-requests.controller.js';
import { SourceRotationController } from './incoming/source-rotation.controller.js';
import { DefinitionCheck } from './integrations/definition-check.js';
import { IntegrationActivationService } from './integrations/integration-activation.service.js';
import { IntegrationCallEntity } from './integrations/integration-call.entity.js';
import { IntegrationCallsRepository } from './integrations/integration-calls.repository.js';
import { IntegrationCallsService } from './integrations/integration-calls.service.js';
import { IntegrationDependents } from './integrations/integration-dependents.js';
import { IntegrationEntity } from './integrations/integration.entity.js';
import { IntegrationsController } from './integrations/integrations.controller.js';
import { IntegrationsRepository } from './integrations/integrations.repository.js';
import { IntegrationsService } from './integrations/integrations.service.js';
import { LogRetention } from './logs/log-retention.js';
import { LogRetentionRepository } from './logs/log-retention.repository.js';
import { LogTail } from './logs/log-tail.js';
import { LogsController } from './logs/logs.controller.js';
import { LogsRepository } from './logs/logs.repository.js';
import { LogsService } from './logs/logs.service.js';
import { EventReceiptEntity } from './publishing/event-receipt.entity.js';
import { EventReceiptsRepository } from './publishing/event-receipts.repository.js';
import { EventsController } from './publishing/events.controller.js';
import { PublishingService } from './publishing/publishing.service.js';
import { PurgeEntity } from './purges/purge.entity.js';
import { PurgeJob, purgeTermsColumn } from './purges/purge.job.js';
import { PurgesController } from './purges/purges.controller.js';
import { PurgesRepository } from './purges/purges.repository.js';
import { PurgesService } from './purges/purges.service.js';
import { PushItemsController } from './push/push-items.controller.js';
import { pushEntities, pushProviders } from './push/push-parts.js';
import { recordEntities, recordProviders } from './records/record-parts.js';
import { recordCreated, recordDeleted, recordUpdated } from './records/record.events.js';
import { RecordsController } from './records/records.controller.js';
import { ReplayDeliveriesJob } from './replays/replay-deliveries.job.js';
import { ReplayEntity } from './replays/replay.entity.js';
import { ReplaysController } from './replays/replays.controller.js';
import { ReplaysRepository } from './replays/replays.repository.js';
import { ReplaysService } from './replays/replays.service.js';
import { ErrorReportEntity } from './reports/error-report.entity.js';
import { ErrorReportsRepository } from './reports/error-reports.repository.js';
import { SettingsReporter } from './reports/settings-reporter.js';
import { SystemErrorReporter } from './reports/system-error-reporter.js';
import { ReminderScheduler } from './schedule/reminder-scheduler.js';
import { ScheduledEventEntity } from './schedule/scheduled-event.entity.js';
import { ScheduledEventsController } from './schedule/scheduled-events.controller.js';
import { ScheduledEventsRepository } from './schedule/scheduled-events.repository.js';
import { ScheduledEventsService } from './schedule/scheduled-events.service.js';
import { syncEntities, syncProviders } from './sync/sync-parts.js';
import { SyncController } from './sync/sync.controller.js';
import { syncFailed, syncPaused, syncRecovered } from './sync/sync.events.js';
import { OwnTemplateEntity } from './templates/own-template.entity.js';
import { OwnTemplatesRepository } from './templates/own-templates.repository.js';
import { OwnTemplatesService } from './templates/own-templates.service.js';
import { TemplatesController } from './templates/templates.controller.js';
import { TemplatesService } from './templates/templates.service.js';
import { ExampleController } from './webhooks/example.controller.js';
import { ExampleService } from './webhooks/example.service.js';
import { RetiredSigningKeyEntity } from './webhooks/retired-signing-key.entity.js';
import { RetiredSigningKeysRepository } from './webhooks/retired-signing-keys.repository.js';
import { SigningKeysController } from './webhooks/signing-keys.controller.js';
import { SigningKeysService } from './webhooks/signing-keys.service.js';
import { SubscriptionCheck } from './webhooks/subscription-check.js';
import { TriggerController } from './webhooks/trigger.controller.js';
import { TriggerService } from './webhooks/trigger.service.js';
import { WebhookChangesService } from './webhooks/webhook-changes.service.js';
import { webhookSecretColumns, WebhookSecrets } from './webhooks/webhook-secrets.js';
import { WebhookEntity } from './webhooks/webhook.entity.js';
import { WebhooksController } from './webhooks/webhooks.controller.js';
import { WebhooksRepository } from './webhooks/webhooks.repository.js';
import { WebhooksService } from './webhooks/webhooks.service.js';

const entities = [
  ...pushEntities,
  ...recordEntities,
  ...syncEntities,
  ...incomingEntities,
  ...deliveryEntities,
  IntegrationEntity,
  IntegrationCallEntity,
  WebhookEntity,
  ReplayEntity,
  RetiredSigningKeyEntity,
  CustomEventTypeEntity,
  EventReceiptEntity,
  ScheduledEventEntity,
  ErrorReportEntity,
  PurgeEntity,
  OwnTemplateEntity,
  ...credentialEntities,
];

/** Connections to other systems: events go out to their webhooks, their webhooks come in as events, and admins see all of it. */
@Module({
  imports: [IdentityModule, TypeOrmModule.forFeature(entities)],
  controllers: [
    // Before the routes with `:id`, which would take their names for ids.
    TemplatesController,
    EventTypesController,
    EventsController,
    ScheduledEventsController,
    IntegrationsHealthController,
    PurgesController,
    DeliveriesController,
    TriggerController,
    ReceiveController,
    IncomingSchemesController,
    ReceivedRequestsController,
    WebhooksController,
    SigningKeysController,
    ExampleController,
    ReplaysController,
    WebhookContentController,
    IncomingSourcesController,
    SourceRotationController,
    LogsController,
    IntegrationAuditController,
    OauthController,
    SyncController,
    RecordsController,
    PushItemsController,
    IntegrationsController,
  ],
  providers: [
    ...pushProviders,
    ...recordProviders,
    ...syncProviders,
    ...incomingProviders,
    ...deliveryProviders,
    ...apiProviders,
    ...credentialProviders,
    Connectors,
    DatabaseConnector,
    CustomEventTypesRepository,
    DefinitionCheck,
    ExampleService,
    ErrorReportsRepository,
    EventReceiptsRepository,
    EventTypesService,
    FileConnector,
    FileStores,
    IntegrationActivationService,
    IntegrationCallsRepository,
    IntegrationCallsService,
    IntegrationsHealthRepository,
    IntegrationsHealthService,
    IntegrationsRepository,
    IntegrationsService,
    LogRetention,
    LogRetentionRepository,
    LogTail,
    LogsRepository,
    LogsService,
    PurgeJob,
    PurgesRepository,
    PurgesService,
    ReplayDeliveriesJob,
    ReplaysRepository,
    ReplaysService,
    RetiredSigningKeysRepository,
    SigningKeysService,
    PublishingService,
    ReminderScheduler,
    ScheduledEventsRepository,
    ScheduledEventsService,
    SettingsReporter,
    SubscriptionCheck,
    SystemErrorReporter,
    OwnTemplatesRepository,
    OwnTemplatesService,
    TemplatesService,
    TriggerService,
    WebhookChangesService,
    WebhookContentService,
    WebhookSecrets,
    WebhooksRepository,
    WebhooksService,
    IntegrationDependents,
  ],
})
export class IntegrationsModule implements OnModuleInit {
  constructor(
    private readonly catalogue: EventCatalogue,
    private readonly sealedColumns: SealedColumns,
  ) {}

  onModuleInit(): void {
    this.catalogue.register(...courseEvents, webhookReceived, endpointDegraded, endpointDisabled, endpointRecovered);
    this.catalogue.register(recordCreated, recordUpdated, recordDeleted, syncFailed, syncRecovered, syncPaused);
    this.catalogue.register(...credentialEvents);
    this.sealedColumns.register(...credentialColumns, incomingKeyColumn, purgeTermsColumn, ...webhookSecretColumns);
  }
}
