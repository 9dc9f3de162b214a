import { defineJob } from '../../../platform/jobs/job.js';

/** Says that solutions may be due to be graded again; which ones is read from the rows. */
export const wakeRegrades = defineJob<Record<string, never>>('python-portal.wake-regrades');
