import { Injectable } from '@nestjs/common';
import { defineJob, HandlesJob } from '../../../platform/jobs/job.js';
import { DeliveryChangesRepository } from './delivery-changes.repository.js';

/** Says that webhooks were deleted. */
export const cancelDeliveries = defineJob<{ webhookIds: string[] }>('deliveries.cancel');

const batchSize = 1000;

/** Cancels what was still to be delivered to deleted webhooks, in batches, because it can be much. */
@Injectable()
export class CancelDeliveriesJob {
  constructor(private readonly deliveries: DeliveryChangesRepository) {}

  @HandlesJob(cancelDeliveries)
  async cancel({ webhookIds }: { webhookIds: string[] }): Promise<void> {
    while ((await this.deliveries.cancelOpen(webhookIds, batchSize)) === batchSize);
  }
}
