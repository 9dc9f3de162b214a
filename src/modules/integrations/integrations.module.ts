import { Module, type OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventCatalogue } from '../../platform/events/event-catalogue.js';
import { SealedColumns } from '../../platform/secrets/sealed-columns.js';
import { IdentityModule } from '../identity/index.js';
import { CancelDeliveriesJob } from './deliveries/cancel-deliveries.job.js';
import { DeliveriesController } from './deliveries/deliveries.controller.js';
import { DeliveriesRepository } from './deliveries/deliveries.repository.js';
import { DeliveriesService } from './deliveries/deliveries.service.js';
import { DeliveryAttemptEntity } from './deliveries/delivery-attempt.entity.js';
import { DeliveryBatchService } from './deliveries/delivery-batch.service.js';
import { DeliveryDrain } from './deliveries/delivery-drain.service.js';
import { DeliveryQueueRepository } from './deliveries/delivery-queue.repository.js';
import { DeliveryEntity } from './deliveries/delivery.entity.js';
import { EventFanOut } from './deliveries/event-fan-out.js';
import { WebhookClient } from './deliveries/webhook.client.js';
import { courseEvents } from './event-types/course.events.js';
import { EventTypesController } from './event-types/event-types.controller.js';
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
import { credentialsColumn, CredentialVault } from './integrations/credential-vault.js';
import { IntegrationActivationService } from './integrations/integration-activation.service.js';
import { IntegrationCallEntity } from './integrations/integration-call.entity.js';
import { IntegrationCallsRepository } from './integrations/integration-calls.repository.js';
import { IntegrationCallsService } from './integrations/integration-calls.service.js';
import { IntegrationEntity } from './integrations/integration.entity.js';
import { IntegrationsController } from './integrations/integrations.controller.js';
import { IntegrationsRepository } from './integrations/integrations.repository.js';
import { IntegrationsService } from './integrations/integrations.service.js';
import { LogsController } from './logs/logs.controller.js';
import { LogsRepository } from './logs/logs.repository.js';
import { LogsService } from './logs/logs.service.js';
import { TemplatesController } from './templates/templates.controller.js';
import { SubscriptionCheck } from './webhooks/subscription-check.js';
import { TriggerController } from './webhooks/trigger.controller.js';
import { TriggerService } from './webhooks/trigger.service.js';
import { webhookSecretColumns, WebhookSecrets } from './webhooks/webhook-secrets.js';
import { WebhookEntity } from './webhooks/webhook.entity.js';
import { WebhooksController } from './webhooks/webhooks.controller.js';
import { WebhooksRepository } from './webhooks/webhooks.repository.js';
import { WebhooksService } from './webhooks/webhooks.service.js';

const entities = [
  IntegrationEntity,
  IntegrationCallEntity,
  WebhookEntity,
  DeliveryEntity,
  DeliveryAttemptEntity,
  IncomingSourceEntity,
  IncomingKeyEntity,
  IncomingRequestEntity,
];

/** Connections to other systems: events go out to their webhooks, their webhooks come in as events, and admins see all of it. */
@Module({
  imports: [IdentityModule, TypeOrmModule.forFeature(entities)],
  controllers: [
    // Before the routes with `:id`, which would take their names for ids.
    TemplatesController,
    EventTypesController,
    IntegrationsHealthController,
    DeliveriesController,
    TriggerController,
    ReceiveController,
    IncomingSchemesController,
    ReceivedRequestsController,
    WebhooksController,
    IncomingSourcesController,
    SourceRotationController,
    LogsController,
    IntegrationsController,
  ],
  providers: [
    CancelDeliveriesJob,
    CredentialVault,
    DeliveriesRepository,
    DeliveriesService,
    DeliveryBatchService,
    DeliveryDrain,
    DeliveryQueueRepository,
    EventFanOut,
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
    LogsRepository,
    LogsService,
    MappedEvents,
    ProcessIncomingJob,
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
    TriggerService,
    WebhookClient,
    WebhookSecrets,
    WebhooksRepository,
    WebhooksService,
  ],
})
export class IntegrationsModule implements OnModuleInit {
  constructor(
    private readonly catalogue: EventCatalogue,
    private readonly sealedColumns: SealedColumns,
  ) {}

  onModuleInit(): void {
    this.catalogue.register(...courseEvents, webhookReceived);
    this.sealedColumns.register(credentialsColumn, incomingKeyColumn, ...webhookSecretColumns);
  }
}
