import { z } from 'zod';
import { defineEvent, type EventType } from '../../../platform/events/event-type.js';

/** A type that is not in the catalogue, for events of a system that knows what it sends: any object is data. */
export function customEventType(name: string): EventType {
  return defineEvent({ name, description: 'A type of its own', schema: z.looseObject({}), example: {} });
}
