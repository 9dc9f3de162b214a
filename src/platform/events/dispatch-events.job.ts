import { defineJob } from '../jobs/job.js';

/** Wakes the dispatcher; which events are due is read from the outbox. */
export const dispatchEvents = defineJob<Record<string, never>>('events.dispatch');
