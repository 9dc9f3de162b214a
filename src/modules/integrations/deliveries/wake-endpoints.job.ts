import { defineJob } from '../../../platform/jobs/job.js';

/** Says that webhooks may have deliveries due; which ones is read from the rows. */
export const wakeEndpoints = defineJob<{ webhookIds: string[] }>('deliveries.wake-endpoints');
