import { z } from 'zod';
import { eventName } from '../event-types/event-name.js';

const subscribed = z
  .string()
  .max(100)
  .refine((name) => name === '*' || eventName.test(name), 'must be the name of an event such as grade.published, or *');

/**
 * What an integration sends at its times: events of these types (`*` for all), or the changed records of another integration, which
 * pulls them. It must be said: nothing is sent to anybody by default.
 */
export const pushSource = z.union(
  [z.strictObject({ events: z.array(subscribed).min(1).max(100) }), z.strictObject({ recordsOf: z.uuid() })],
  { error: 'must be {"events": ["grade.published"]} or {"recordsOf": "<id of an integration>"}' },
);

export type PushSource = z.output<typeof pushSource>;
