import { z } from 'zod';
import { eventName } from '../event-types/event-name.js';

/** Events in one request. */
export const maxEventsInRequest = 500;
/** How far ahead an event can be scheduled. */
export const maxScheduleDays = 366;

const time = z.iso.datetime({ offset: true, error: 'must be a time such as 2026-12-01T09:00:00Z' });

/** One event that another system publishes. */
export const eventRequest = z.strictObject({
  event: z.string().max(100).regex(eventName, 'must be dotted lower case such as grade.published'),
  data: z.record(z.string(), z.unknown()),
  clientEventId: z
    .string()
    .regex(/^[\x21-\x7e]{1,200}$/, 'must be 1 to 200 visible ASCII characters')
    .optional()
    .describe('Your own id of the event: sent again, it is the same event'),
  timestamp: time.optional().describe('When it happened; now when left out'),
  subject: z.string().min(1).max(200).optional().describe('Whom or what it is about, such as student:7'),
  publishAt: time.optional().describe('Publish it then and not now; it is then also its timestamp'),
  isCustom: z.boolean().optional().describe('Confirms that nobody registered its type'),
});

export const eventBatch = z.strictObject({ events: z.array(eventRequest).min(1).max(maxEventsInRequest) });

export type EventRequest = z.output<typeof eventRequest>;
