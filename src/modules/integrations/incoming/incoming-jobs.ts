import { defineJob } from '../../../platform/jobs/job.js';

/** Says that a webhook was received, or is due again. */
export const processIncoming = defineJob<{ requestId: string }>('incoming.process');

/** Says that many are due; which ones is read from the rows. */
export const processDueIncoming = defineJob<Record<string, never>>('incoming.process-due');
