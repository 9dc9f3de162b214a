import { CancelDeliveriesJob } from './cancel-deliveries.job.js';
import { DatabaseShare } from './database-share.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { DeliveriesService } from './deliveries.service.js';
import { DeliveryAttemptEntity } from './delivery-attempt.entity.js';
import { DeliveryBatchService } from './delivery-batch.service.js';
import { DeliveryChangesRepository } from './delivery-changes.repository.js';
import { DeliveryClaims } from './delivery-claims.service.js';
import { DeliveryClaimsRepository } from './delivery-claims.repository.js';
import { DeliveryDrain } from './delivery-drain.service.js';
import { DeliveryEntity } from './delivery.entity.js';
import { DeliveryLeaseEntity } from './delivery-lease.entity.js';
import { DeliveryOutcomesRepository } from './delivery-outcomes.repository.js';
import { DeliveryOutcomes } from './delivery-outcomes.service.js';
import { DeliveryQueueRepository } from './delivery-queue.repository.js';
import { EndpointConditionService } from './endpoint-condition.service.js';
import { EventFanOut } from './event-fan-out.js';
import { FanOutRepository } from './fan-out.repository.js';
import { WebhookClient } from './webhook.client.js';

/** What the module is told of this folder. */
export const deliveryEntities = [DeliveryEntity, DeliveryAttemptEntity, DeliveryLeaseEntity];

export const deliveryProviders = [
  CancelDeliveriesJob,
  DatabaseShare,
  DeliveriesRepository,
  DeliveriesService,
  DeliveryBatchService,
  DeliveryChangesRepository,
  DeliveryClaims,
  DeliveryClaimsRepository,
  DeliveryDrain,
  DeliveryOutcomes,
  DeliveryOutcomesRepository,
  DeliveryQueueRepository,
  EndpointConditionService,
  EventFanOut,
  FanOutRepository,
  WebhookClient,
];
