import { Module, type OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventCatalogue } from '../../platform/events/event-catalogue.js';
import { SealedColumns } from '../../platform/secrets/sealed-columns.js';
import { IdentityModule } from '../identity/index.js';
import { IntegrationAuditController } from './audit/integration-audit.controller.js';
import { apiProviders } from './connectors/api/api-parts.js';
import { Connectors } from './connectors/connectors.js';
import { DatabaseConnector } from './connectors/database/database.connector.js';
import { FileConnector } from './connectors/files/file.connector.js';
import { FileStores } from './connectors/files/file-stores.js';
import { WebhookContentController } from './content/webhook-content.controller.js';
import { WebhookContentService } from './content/webhook-content.service.js';
import {
  credentialColumns,
  credentialEntities,
  credentialEvents,
  credentialProviders,
} from './credentials/credential-parts.js';
import { OauthController } from './credentials/oauth.controller.js';
import { CancelDeliveriesJob } from './deliveries/cancel-deliveries.job.js';
import { DatabaseShare } from './deliveries/database-share.js';
import { DeliveriesController } from './deliveries/deliveries.controller.js';
import { DeliveriesRepository } from './deliveries/deliveries.repository.js';
import { DeliveriesService } from './deliveries/deliveries.service.js';
import { DeliveryAttemptEntity } from './deliveries/delivery-attempt.entity.js';
import { DeliveryBatchService } from './deliveries/delivery-batch.service.js';
import { DeliveryChangesRepository } from './deliveries/delivery-changes.repository.js';
import { DeliveryClaimsRepository } from './deliveries/delivery-claims.repository.js';
import { DeliveryClaims } from './deliveries/delivery-claims.service.js';
import { DeliveryDrain } from './deliveries/delivery-drain.service.js';
import { DeliveryQueueRepository } from './deliveries/delivery-queue.repository.js';
import { DeliveryLeaseEntity } from './deliveries/delivery-lease.entity.js';
import { DeliveryEntity } from './deliveries/delivery.entity.js';
import { EndpointConditionService } from './deliveries/endpoint-condition.service.js';
import { endpointDegraded, endpointDisabled, endpointRecovered } from './deliveries/endpoint.events.js';
import { EventFanOut } from './deliveries/event-fan-out.js';
import { WebhookClient } from './deliveries/webhook.client.js';
import { courseEvents } from './event-types/course.events.js';
import { CustomEventTypeEntity } from './event-types/custom-event-type.entity.js';
import { CustomEventTypesRepository } from './event-types/custom-event-types.repository.js';
import { EventTypesController } from './event-types/event-types.controller.js';
import { EventTypesService } from './event-types/event-types.service.js';
import { IntegrationsHealthController } from './health/integrations-health.controller.js';
import { IntegrationsHealthRepository } from './health/integrations-health.repository.js';
import { IntegrationsHealthService } from './health/integrations-health.service.js';
import { IncomingKeyEntity } from './incoming/incoming-key.entity.js';
import { IncomingKeysRepository } from './incoming/incoming-keys.repository.js';
import { IncomingRequestEntity } from './incoming/incoming-request.entity.js';
import { IncomingRequestsRepository } from './incoming/incoming-requests.repository.js';
import { IncomingSchemesController } from './incoming/incoming-schemes.controller.js';
import { incomingKeyColumn, IncomingSecrets } from './incoming/incoming-secrets.js';
import { IncomingSourceEntity } from './incoming/incoming-source.entity.js';
import { IncomingSourcesController } from './incoming/incoming-sources.controller.js';
import { IncomingSourcesRepository } from './incoming/incoming-sources.repository.js';
import { IncomingSourcesService } from './incoming/incoming-sources.service.js';
import { webhookReceived } from './incoming/incoming.events.js';
import { IncomingService } from './incoming/incoming.service.js';
import { MappedEvents } from './incoming/mapped-events.js';
import { ProcessIncomingJob } from './incoming/process-incoming.job.js';
import { ReceiveController } from './incoming/receive.controller.js';
import { ReceivedRequestsController } from './incoming/received-requests.controller.js';
import { ReceivedRequestsRepository } from './incoming/received-requests.repository.js';
import { ReceivedRequestsService } from './incoming/received-requests.service.js';
import { RequestIntake } from './incoming/request-intake.js';
import { RequestProcessor } from './incoming/request-processor.js';
import { RequestVerifier } from './incoming/request-verifier.js';
import { SourceDefinition } from './incoming/source-definition.js';
import { SourceGates } from './incoming/source-gates.js';
import { SourceKeys } from './incoming/source-keys.js';
import { SourceRotationController } from './incoming/source-rotation.controller.js';
import { SourceRotationService } from './incoming/source-rotation.service.js';
import { DefinitionCheck } from './integrations/definition-check.js';
import { IntegrationActivationService } from './integrations/integration-activation.service.js';
import { IntegrationCallEntity } from './integrations/integration-call.entity.js';
import { IntegrationCallsRepository } from './integrations/integration-calls.repository.js';
import { IntegrationCallsService } from './integrations/integration-calls.service.js';
import { IntegrationEntity } from './integrations/integration.entity.js';
import { IntegrationsController } from './integrations/integrations.controller.js';
import { IntegrationsRepository } from './integrations/integrations.repository.js';
import { IntegrationsService } from './integrations/integrations.service.js';
import { LogRetentionRepository } from './logs/log-retention.repository.js';
import { LogRetention } from './logs/log-retention.js';
import { LogTail } from './logs/log-tail.js';
import { LogsController } from './logs/logs.controller.js';
import { LogsRepository } from './logs/logs.repository.js';
import { LogsService } from './logs/logs.service.js';
import { EventReceiptEntity } from './publishing/event-receipt.entity.js';
import { EventReceiptsRepository } from './publishing/event-receipts.repository.js';
import { EventsController } from './publishing/events.controller.js';
import { PublishingService } from './publishing/publishing.service.js';
import { ErrorReportEntity } from './reports/error-report.entity.js';
import { ErrorReportsRepository } from './reports/error-reports.repository.js';
import { SettingsReporter } from './reports/settings-reporter.js';
import { SystemErrorReporter } from './reports/system-error-reporter.js';
import { ReminderScheduler } from './schedule/reminder-scheduler.js';
import { ScheduledEventEntity } from './schedule/scheduled-event.entity.js';
import { ScheduledEventsController } from './schedule/scheduled-events.controller.js';
import { ScheduledEventsRepository } from './schedule/scheduled-events.repository.js';
import { ScheduledEventsService } from './schedule/scheduled-events.service.js';
import { TemplatesController } from './templates/templates.controller.js';
import { PurgeEntity } from './purges/purge.entity.js';
import { PurgeJob, purgeTermsColumn } from './purges/purge.job.js';
import { PurgesController } from './purges/purges.controller.js';
import { PurgesRepository } from './purges/purges.repository.js';
import { PurgesService } from './purges/purges.service.js';
import { ReplayDeliveriesJob } from './replays/replay-deliveries.job.js';
import { ReplayEntity } from './replays/replay.entity.js';
import { ReplaysController } from './replays/replays.controller.js';
import { ReplaysRepository } from './replays/replays.repository.js';
import { ReplaysService } from './replays/replays.service.js';
import { ExampleController } from './webhooks/example.controller.js';
import { ExampleService } from './webhooks/example.service.js';
import { RetiredSigningKeyEntity } from './webhooks/retired-signing-key.entity.js';
import { RetiredSigningKeysRepository } from './webhooks/retired-signing-keys.repository.js';
import { SigningKeysController } from './webhooks/signing-keys.controller.js';
import { SigningKeysService } from './webhooks/signing-keys.service.js';
import { OwnTemplateEntity } from './templates/own-template.entity.js';
import { OwnTemplatesRepository } from './templates/own-templates.repository.js';
import { OwnTemplatesService } from './templates/own-templates.service.js';
import { TemplatesService } from './templates/templates.service.js';
import { SubscriptionCheck } from './webhooks/subscription-check.js';
import { TriggerController } from './webhooks/trigger.controller.js';
import { TriggerService } from './webhooks/trigger.service.js';
import { WebhookChangesService } from './webhooks/webhook-changes.service.js';
import { webhookSecretColumns, WebhookSecrets } from './webhooks/webhook-secrets.js';
import { WebhookEntity } from './webhooks/webhook.entity.js';
import { WebhooksController } from './webhooks/webhooks.controller.js';
import { WebhooksRepository } from './webhooks/webhooks.repository.js';
import { WebhooksService } from './webhooks/webhooks.service.js';
import { IntegrationDependents } from './integrations/integration-dependents.js';
import { PushBatches } from './push/push-batches.js';
import { PushCollector } from './push/push-collector.js';
import { PushItemEntity } from './push/push-item.entity.js';
import { PushItemsController } from './push/push-items.controller.js';
import { PushItemsRepository } from './push/push-items.repository.js';
import { PushItemsService } from './push/push-items.service.js';
import { PushQueueRepository } from './push/push-queue.repository.js';
import { PushRun } from './push/push-run.js';
import { IntegrationRecordEntity } from './records/integration-record.entity.js';
import { PageWriter } from './records/page-writer.js';
import { RecordChanges } from './records/record-changes.js';
import { RecordListsRepository } from './records/record-lists.repository.js';
import { recordCreated, recordDeleted, recordUpdated } from './records/record.events.js';
import { RecordsController } from './records/records.controller.js';
import { RecordsRepository } from './records/records.repository.js';
import { RecordsService } from './records/records.service.js';
import { RejectedInputEntity } from './records/rejected-input.entity.js';
import { PullRun } from './sync/pull-run.js';
import { RunFinisher } from './sync/run-finisher.js';
import { SyncEngine } from './sync/sync-engine.service.js';
import { SyncQueueRepository } from './sync/sync-queue.repository.js';
import { SyncRetention } from './sync/sync-retention.js';
import { SyncRunEntity } from './sync/sync-run.entity.js';
import { SyncRunsRepository } from './sync/sync-runs.repository.js';
import { SyncScheduleEntity } from './sync/sync-schedule.entity.js';
import { SyncSchedulesRepository } from './sync/sync-schedules.repository.js';
import { SyncSchedules } from './sync/sync-schedules.service.js';
import { SyncController } from './sync/sync.controller.js';
import { syncFailed, syncPaused, syncRecovered } from './sync/sync.events.js';
import { SyncService } from './sync/sync.service.js';

const entities = [
  IntegrationEntity,
  IntegrationCallEntity,
  WebhookEntity,
  DeliveryEntity,
  DeliveryAttemptEntity,
  DeliveryLeaseEntity,
  ReplayEntity,
  RetiredSigningKeyEntity,
  IncomingSourceEntity,
  IncomingKeyEntity,
  IncomingRequestEntity,
  CustomEventTypeEntity,
  EventReceiptEntity,
  ScheduledEventEntity,
  ErrorReportEntity,
  PurgeEntity,
  OwnTemplateEntity,
  ...credentialEntities,
  SyncScheduleEntity,
  SyncRunEntity,
  IntegrationRecordEntity,
  RejectedInputEntity,
  PushItemEntity,
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
    ...apiProviders,
    ...credentialProviders,
    CancelDeliveriesJob,
    Connectors,
    DatabaseConnector,
    DatabaseShare,
    CustomEventTypesRepository,
    DefinitionCheck,
    DeliveriesRepository,
    DeliveriesService,
    DeliveryBatchService,
    DeliveryChangesRepository,
    DeliveryClaims,
    DeliveryClaimsRepository,
    DeliveryDrain,
    DeliveryQueueRepository,
    EndpointConditionService,
    EventFanOut,
    ExampleService,
    ErrorReportsRepository,
    EventFanOut,
    EventReceiptsRepository,
    EventTypesService,
    FileConnector,
    FileStores,
    IncomingKeysRepository,
    IncomingRequestsRepository,
    IncomingSecrets,
    IncomingService,
    IncomingSourcesRepository,
    IncomingSourcesService,
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
    MappedEvents,
    ProcessIncomingJob,
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
    ReceivedRequestsRepository,
    ReceivedRequestsService,
    RequestIntake,
    RequestProcessor,
    RequestVerifier,
    SourceDefinition,
    SourceGates,
    SourceKeys,
    SourceRotationService,
    SubscriptionCheck,
    SystemErrorReporter,
    OwnTemplatesRepository,
    OwnTemplatesService,
    TemplatesService,
    TriggerService,
    WebhookChangesService,
    WebhookClient,
    WebhookContentService,
    WebhookSecrets,
    WebhooksRepository,
    WebhooksService,
    IntegrationDependents,
    PageWriter,
    PullRun,
    PushBatches,
    PushCollector,
    PushItemsRepository,
    PushItemsService,
    PushQueueRepository,
    PushRun,
    RecordChanges,
    RecordListsRepository,
    RecordsRepository,
    RecordsService,
    RunFinisher,
    SyncEngine,
    SyncQueueRepository,
    SyncRetention,
    SyncRunsRepository,
    SyncSchedules,
    SyncSchedulesRepository,
    SyncService,
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
